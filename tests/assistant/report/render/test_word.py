import zipfile
from io import BytesIO
from xml.etree import ElementTree

import pytest

from assistant.report.render.pandoc import adapt_template

SPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
STYLES = (
    f'<w:styles {SPACE}><w:sz w:val="24" /><w:style w:styleId="Normal"><w:sz w:val="24" /></w:style>'
    '<w:style w:styleId="Table"><w:tblPr><w:tblInd w:w="0" w:type="dxa" /></w:tblPr></w:style></w:styles>'
)


def given(section: str) -> bytes:
    """A document with a section as its page's."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as opened:
        opened.writestr("word/styles.xml", STYLES)
        opened.writestr("word/document.xml", f"<w:document {SPACE}><w:body><w:p/>{section}</w:body></w:document>")
        opened.writestr("other", "kept")
    return made.getvalue()


@pytest.mark.parametrize("section", ["", "<w:sectPr/>", "<w:sectPr><w:footnotePr/></w:sectPr>"])
@pytest.mark.parametrize("wide", [False, True])
def test_the_page_and_the_tables_are_changed_and_nothing_else(section: str, wide: bool) -> None:
    with zipfile.ZipFile(BytesIO(adapt_template(given(section), wide))) as opened:
        styles, page = (opened.read(f"word/{name}.xml").decode() for name in ("styles", "document"))
        assert opened.read("other") == b"kept"
    assert ElementTree.fromstring(page).find(".//{*}body")
    assert page.count("<w:sectPr>") == 1
    assert ("landscape" in page) is wide
    assert ElementTree.fromstring(styles).find(".//{*}tblBorders/{*}insideH") is not None
    assert styles.count('<w:sz w:val="24" />') == 1
