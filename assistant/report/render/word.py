"""What a DOCX looks like: pandoc's own template, with tables that whole sentences fit into."""

import zipfile
from io import BytesIO

_TEXT = ('<w:sz w:val="24" />', '<w:sz w:val="21" />')  # in half points
_TABLE = '<w:tblInd w:w="0" w:type="dxa" />'
_LINES = '<w:tblBorders><w:insideH w:val="single" w:sz="4" w:space="0" w:color="BBBBBB"/></w:tblBorders>'
_UPRIGHT = '<w:pgSz w:w="11906" w:h="16838"/>'
_TURNED = '<w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>'
_MARGINS = (
    '<w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1134" w:header="709" w:footer="709" w:gutter="0"/>'
)


def template(given: bytes, wide: bool) -> bytes:
    """The reference document of pandoc on A4, turned where tables are ``wide``, with small type in tables."""
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(given)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            content = old.read(item)
            if item.filename == "word/styles.xml":
                content = _styles(content.decode()).encode()
            if item.filename == "word/document.xml":
                content = _page(content.decode(), wide).encode()
            new.writestr(item, content)
    return made.getvalue()


def _styles(xml: str) -> str:
    before, style, after = xml.partition('w:styleId="Table">')
    after = after.replace("<w:tblPr>", '<w:rPr><w:sz w:val="16"/></w:rPr><w:tblPr>', 1).replace(
        _TABLE, _TABLE + _LINES, 1
    )
    return before.replace(*_TEXT, 1) + style + after


def _page(xml: str, wide: bool) -> str:
    size = (_TURNED if wide else _UPRIGHT) + _MARGINS
    body, end, rest = xml.rpartition("</w:body>")
    head, section, _ = body.rpartition("<w:sectPr")
    return f"{head if section else body}<w:sectPr>{size}</w:sectPr>{end}{rest}"
