from xml.etree import ElementTree

from assistant.report.figures.figure import clean_svg

DRAWN = """<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "svg11.dtd">
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9pt" viewBox="0 0 9 9">
<metadata>secret</metadata><defs><style type="text/css">*{stroke: red}</style><path id="m1" d="M 0 0"/></defs>
<g id="axes" clip-path="url(#c1)"><use xlink:href="#m1" style="fill: #010203; stroke-width: 2"/>
<text style="font: bold 7.5px 'A B', serif; text-anchor: middle">1 &lt; 2; "a: b"</text></g></svg>"""


def test_nothing_but_shapes_and_text_is_left() -> None:
    root = ElementTree.fromstring(clean_svg(DRAWN, "map-", 'A "map"', "#010203"))
    space = "{http://www.w3.org/2000/svg}"
    assert [one.tag.removeprefix(space) for one in root.iter()] == ["svg", "defs", "path", "g", "use", "text"]
    _, _, path, group, use, text = root.iter()
    assert (root.get("role"), root.get("aria-label"), root.get("width")) == ("img", 'A "map"', None)
    assert path.attrib == {"id": "map-m1", "d": "M 0 0"}
    assert group.attrib == {"id": "map-axes", "clip-path": "url(#map-c1)"}
    assert use.attrib == {"href": "#map-m1", "fill": "currentColor", "stroke-width": "2"}
    assert text.attrib == {"font-size": "7.5", "font-weight": "bold", "text-anchor": "middle"}
    assert text.text == '1 < 2; "a: b"'
