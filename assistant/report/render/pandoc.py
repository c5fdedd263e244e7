"""A report as DOCX, LaTeX and PDF, by pandoc, which reads Markdown that nothing of the data is a command in."""

import json
import os
import subprocess
import zipfile
from collections.abc import Iterator, Mapping
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from xml.sax.saxutils import escape

from assistant.export.bibtex_writer import format_bibtex
from assistant.export.csl import build_item
from assistant.export.pandoc import find_pandoc
from assistant.report.render.manuscript import Manuscript
from assistant.report.render.markdown import name_picture, write_markdown
from assistant.report.schema import ReportKind
from store.errors import ConspectusError, InputError
from store.paper import Paper

Node = dict[str, Any]
"""An element of pandoc's document: its type ``t`` and its content ``c``."""

_SCHEMA = "https://github.com/citation-style-language/schema/raw/master/csl-citation.json"
_REFERENCES = 'ADDIN ZOTERO_BIBL {"uncited":[],"omitted":[],"custom":[]} CSL_BIBLIOGRAPHY'
# What no style prints, and would stand in the file at every place that cites the paper.
_UNPRINTED = ("abstract", "keyword", "note")


def add_fields(document: Node, papers: Mapping[str, Paper], keys: Mapping[str, str]) -> None:
    """Put fields around the citations of a document and around its references.

    A style of notes has its fields in the notes. A citation of a paper that is not among them stays text.

    Args:
        document: pandoc's document in JSON, its citations set; it is changed.
        papers: What may be cited, by id.
        keys: Their citation keys, by id.
    """
    items = {keys[paper_id]: _build_citation_item(paper, keys[paper_id]) for paper_id, paper in papers.items()}
    for number, cite in enumerate(_find_nodes(document["blocks"], "Cite"), 1):
        citations, shown = cite["c"]
        cited_keys = [citation["citationId"] for citation in citations]
        if not items.keys() >= {*cited_keys}:
            continue
        note = next((inline for inline in shown if inline["t"] == "Note"), None)
        place = _list_paragraphs(note["c"])[0]["c"] if note else shown
        code = {
            "citationID": f"conspectus{number}",
            "properties": {
                "formattedCitation": _show_text(place),
                "plainCitation": _show_text(place),
                "noteIndex": citations[0]["citationNoteNum"] if note else 0,
            },
            "citationItems": [items[key] for key in cited_keys],
            "schema": _SCHEMA,
        }
        _wrap_in_field(place, place, f"ADDIN ZOTERO_ITEM CSL_CITATION {json.dumps(code)}")
    for block in _find_nodes(document["blocks"], "Div"):
        if block["c"][0][0] == "refs" and (entries := _list_paragraphs(block["c"][1])):
            _wrap_in_field(entries[0]["c"], entries[-1]["c"], _REFERENCES)


def _build_citation_item(paper: Paper, key: str) -> Node:
    """Build what a field holds of a paper; the address by which Zotero tells whether two fields cite the same one."""
    data = {name: value for name, value in build_item(paper, key).items() if name not in _UNPRINTED}
    address = f"https://doi.org/{data['DOI']}" if "DOI" in data else f"urn:conspectus:{paper.id}"
    return {"id": key, "uris": [address], "itemData": data}


def _wrap_in_field(first: list[Node], last: list[Node], code: str) -> None:
    """Let a field begin where the first inlines do, and end where the last ones do."""
    instruction = f'<w:r><w:instrText xml:space="preserve"> {escape(code)} </w:instrText></w:r>'
    first.insert(0, _write_raw(f"{_mark_field('begin')}{instruction}{_mark_field('separate')}"))
    last.append(_write_raw(_mark_field("end")))


def _mark_field(kind: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def _write_raw(xml: str) -> Node:
    return {"t": "RawInline", "c": ["openxml", xml]}


def _list_paragraphs(blocks: list[Node]) -> list[Node]:
    return [node for node in _walk_nodes(blocks) if node["t"] in ("Para", "Plain")]


def _find_nodes(content: Any, kind: str) -> list[Node]:
    return [node for node in _walk_nodes(content) if node["t"] == kind]


def _walk_nodes(content: Any) -> Iterator[Node]:
    """Yield all elements within a content, an element before those within it."""
    if isinstance(content, dict):
        if "t" in content:
            yield content
        for value in content.values():
            yield from _walk_nodes(value)
    elif isinstance(content, list):
        for value in content:
            yield from _walk_nodes(value)


def _show_text(inlines: list[Node]) -> str:
    """Show inlines as the text that a reader sees."""
    shown = {"Space": " ", "SoftBreak": " ", "LineBreak": " "}
    nodes = _walk_nodes(inlines)
    return "".join(node["c"] if node["t"] == "Str" else shown.get(node["t"], "") for node in nodes)


FORMATS = {"docx": "docx", "pdf": "typst", "tex": "latex"}
"""What pandoc writes for each ending of a file."""
_INSTALL = "Install it with: pip install 'conspectus[export]' or choose md or html."
# What the report is written in, and nothing that would let text of it be a command.
_READ = "markdown-raw_html-raw_tex-raw_attribute-latex_macros-tex_math_dollars-smart"
# Columns of a table that an upright page has room for; chosen by hand.
_UPRIGHT = 4
_PATIENCE = 300.0  # seconds; chosen by hand, not measured
# So that the same report gives the same bytes; zip files, which DOCX are, begin in 1980.
_THEN = 315532800

# What a DOCX looks like: pandoc's own template, with tables that whole sentences fit into.
_TEXT = ('<w:sz w:val="24" />', '<w:sz w:val="21" />')  # in half points
_TABLE = '<w:tblInd w:w="0" w:type="dxa" />'
_LINES = '<w:tblBorders><w:insideH w:val="single" w:sz="4" w:space="0" w:color="BBBBBB"/></w:tblBorders>'
_PORTRAIT = '<w:pgSz w:w="11906" w:h="16838"/>'
_LANDSCAPE = '<w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>'
_MARGINS = (
    '<w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1134" w:header="709" w:footer="709" w:gutter="0"/>'
)


def convert_report(of: Manuscript, format: str, name: str = "report", csl: Path | None = None) -> bytes:
    """Convert the report to a format of ``FORMATS``.

    Args:
        of: What to print.
        format: Ending of a file.
        name: Of its file without the ending; the pictures of LaTeX lie in ``name_files``.
        csl: A citation style (CSL) of the user's; None for pandoc's own, Chicago by author and date.

    Raises:
        InputError: pandoc, for PDF typst, or the style is missing, or the style is none.
        ConspectusError: pandoc failed.
    """
    if csl and not csl.is_file():
        raise InputError(f"There is no citation style at {csl}.", "Give a CSL file, such as apa.csl.")
    program = _find_pandoc()
    style = [f"--csl={csl.absolute()}"] if csl else []
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        _lay_out(of, folder, name)
        reading = [f"--from={_READ}", "--sandbox", "--citeproc", *style, "report.md"]
        reading += [f"--bibliography={name}.bib"] if of.papers else []
        writing = [f"--to={FORMATS[format]}", "--standalone", "--output=made"]
        writing += _set_layout(of, format, folder, program)
        if format == "docx":
            document = json.loads(_run_command([program, *reading, "--to=json"], folder))
            add_fields(document, of.papers, of.keys)
            (folder / "report.json").write_text(json.dumps(document), encoding="utf-8")
            reading = ["--from=json", "report.json"]  # without the sandbox, in which DOCX have no pictures
        _run_command([program, *reading, *writing], folder)
        return _typeset(folder) if format == "pdf" else (folder / "made").read_bytes()


def _set_layout(of: Manuscript, format: str, folder: Path, program: str) -> list[str]:
    """Give the options of pandoc that set what a page looks like; puts the files that they name into the folder."""
    tables = [section.table for section in of.report.sections if section.table]
    tabular = of.report.kind in (ReportKind.COMPARE, ReportKind.TABLE)
    wide = tabular and any(len(table.head) > _UPRIGHT for table in tables)
    if format == "docx":
        reference = _run_command([program, "--print-default-data-file=reference.docx"], folder)
        (folder / "looks.docx").write_bytes(adapt_template(reference, wide))
        return ["--reference-doc=looks.docx"]
    if format == "tex":
        return ["--variable=papersize:a4"]
    looks = (files("assistant.report.render") / "data" / "report.typ").read_text(encoding="utf-8")
    (folder / "looks.typ").write_text(looks + ("#set page(flipped: true)\n" if wide else ""), encoding="utf-8")
    return ["--variable=papersize:a4", "--variable=fontsize:10pt", "--include-in-header=looks.typ"]


def _find_pandoc() -> str:
    """Find pandoc.

    Raises:
        InputError: It is not there.
    """
    if program := find_pandoc():
        return program
    raise InputError("DOCX, PDF and LaTeX are made by pandoc, which is not installed.", _INSTALL)


def _lay_out(of: Manuscript, folder: Path, name: str) -> None:
    """Put what pandoc reads into a folder."""
    (folder / "report.md").write_text(write_markdown(of, name, listed=False), encoding="utf-8")
    (folder / f"{name}.bib").write_text(format_bibtex(of.papers.values(), of.keys), encoding="utf-8")
    for picture in of.pictures:
        file = folder / name_picture(name, picture.name)
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(picture.png)


def _run_command(command: list[str], folder: Path) -> bytes:
    """Run a command, and return what it says.

    Raises:
        ConspectusError: It failed.
    """
    try:
        process = subprocess.run(
            command,
            cwd=folder,
            check=True,
            capture_output=True,
            timeout=_PATIENCE,
            env={**os.environ, "SOURCE_DATE_EPOCH": str(_THEN)},
        )
    except subprocess.CalledProcessError as error:
        lines = error.stderr.decode(errors="replace").strip().splitlines()
        raise ConspectusError(
            f"pandoc failed: {' '.join(lines[-3:])}", "Choose another format, or another style."
        ) from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ConspectusError(f"pandoc failed: {error}", "Choose another format.") from error
    return process.stdout


def _typeset(folder: Path) -> bytes:
    """Make the PDF of what pandoc wrote for typst.

    Raises:
        InputError: typst is not installed.
        ConspectusError: It failed.
    """
    try:
        import typst
    except ImportError as error:
        raise InputError("PDF is set by typst, which is not installed.", _INSTALL) from error
    try:
        return bytes(typst.compile(folder / "made", root=folder, timestamp=_THEN))
    except typst.TypstError as error:
        raise ConspectusError(f"The PDF cannot be set: {error}", "Choose another format.") from error


def adapt_template(reference: bytes, wide: bool) -> bytes:
    """Put the reference document of pandoc on A4, turned where tables are ``wide``, with small type in tables."""
    document = BytesIO()
    with zipfile.ZipFile(BytesIO(reference)) as old, zipfile.ZipFile(document, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            content = old.read(item)
            if item.filename == "word/styles.xml":
                content = _shrink_tables(content.decode()).encode()
            if item.filename == "word/document.xml":
                content = _set_page(content.decode(), wide).encode()
            new.writestr(item, content)
    return document.getvalue()


def _shrink_tables(xml: str) -> str:
    before, style, after = xml.partition('w:styleId="Table">')
    after = after.replace("<w:tblPr>", '<w:rPr><w:sz w:val="16"/></w:rPr><w:tblPr>', 1).replace(
        _TABLE, _TABLE + _LINES, 1
    )
    return before.replace(*_TEXT, 1) + style + after


def _set_page(xml: str, wide: bool) -> str:
    size = (_LANDSCAPE if wide else _PORTRAIT) + _MARGINS
    body, end, rest = xml.rpartition("</w:body>")
    head, section, _ = body.rpartition("<w:sectPr")
    return f"{head if section else body}<w:sectPr>{size}</w:sectPr>{end}{rest}"
