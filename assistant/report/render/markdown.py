"""A report as Markdown with pandoc's citations: for Quarto, Obsidian, LaTeX."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence

from assistant.export.conversation import escape_line, escape_line_start
from assistant.report.figures.figure import Picture
from assistant.report.render import captions as wording
from assistant.report.render.captions import web_address
from assistant.report.render.manuscript import Manuscript
from assistant.report.schema import Cell, Paragraph, Section
from assistant.types import EXTRACTIVE, Claim
from store.text.clean import clean_characters

LISTED = """\
# The references stand at the end. For a style of your own take them and the next line out,
# and run: pandoc --citeproc --csl STYLE
suppress-bibliography: true
"""
"""What follows the name of the bibliography in the head of a report."""
_BY_PANDOC = "::: {#refs}\n:::"
# Pandoc makes the columns of a table with long lines as wide as their dashes are many: here in all.
_DASHES = 72
# What an empty column weighs, and characters from which on a cell makes its column no wider; chosen by hand.
_LEAST, _LONG = 1.5, 150


def write_markdown(of: Manuscript, name: str = "report", listed: bool = True) -> str:
    """Write the report as Markdown; all that is data in it shows as text, and an address of the web as a link.

    Args:
        of: What to print.
        name: Of its file without the ending: the bibliography is ``name.bib``, pictures are in ``name_files``. "" where
            there is no file: then none is named.
        listed: Whether the references are listed; else there is a place where pandoc puts them.
    """
    head = f"title: {_quote_yaml(escape_line(of.report.title))}\nlang: en\n"
    if of.papers and name:
        head += f"bibliography: {_quote_yaml(f'{name}.bib')}\n{LISTED}" if listed else ""
        head += "link-citations: true\n"
    return f"---\n{head}---\n\n" + "\n\n".join(_write_parts(of, name, listed)) + "\n"


def name_picture(name: str, picture: str) -> str:
    """Tell where a picture of a report lies, from where the report lies."""
    return f"{name}_files/{picture}.png"


# An address of the web up to what cannot be of it, or ends the sentence that it stands in.
_ADDRESS = re.compile(r"https?://[^\s<>\\\"“”‘’`|\[\]{}^]*[^\s<>\\\"“”‘’`|\[\]{}^.,;:!?'()]", re.IGNORECASE)


def escape_text(text: str) -> str:
    """Escape text on one line; an address of the web becomes a link that shows it, and has no backslash in it."""
    escaped, start = escape_line(text), 0
    for address in _ADDRESS.findall(text):
        written = escape_line(address)
        place = escaped.find(written, start)
        if place >= 0 and web_address(address) == address:
            escaped = f"{escaped[:place]}<{address}>{escaped[place + len(written) :]}"
            start = place + len(address) + 2
    return escaped


def _is_first_form(of: Manuscript) -> bool:
    """Whether a report is to look as it did when reports had no form: see ``assistant.report.schema.FORM``."""
    return "form" not in of.report.manifest.settings


def _escape(of: Manuscript, text: str) -> str:
    return escape_line(text) if _is_first_form(of) else escape_text(text)


def _quote_yaml(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _write_parts(of: Manuscript, name: str, listed: bool) -> Iterator[str]:
    before, behind = wording.split_sections(of.report)
    yield f"*{_escape(of, wording.describe_check(of.report))} {wording.sum_up_ledger(of.report)}*"
    for section in before:
        yield from _write_section(of, section)
    for picture in of.pictures:
        yield _write_picture(of, picture, name, listed)
    for section in behind:
        yield from _write_section(of, section)
    if of.papers:
        yield f"# {wording.REFERENCES}"
        yield _write_references(of) if listed else _BY_PANDOC
    yield f"# {wording.LEDGER}"
    yield wording.sum_up_ledger(of.report)
    rows = ((_escape(of, entry.title), entry.bucket.value, _escape(of, entry.reason)) for entry in of.report.ledger)
    yield _write_table(wording.LEDGER_HEAD, rows)
    yield f"# {wording.MADE}"
    yield "\n".join(
        f"- **{_escape(of, label)}:** {_escape(of, value)}" for label, value in wording.list_provenance(of.report)
    )


def _write_picture(of: Manuscript, picture: Picture, name: str, listed: bool) -> str:
    """Write a picture with a text in its place, which tells what it shows; for pandoc its title stands below it."""
    place = f"<{name_picture(name, picture.name)}>"
    if _is_first_form(of):
        return f"![{escape_line(picture.title)}]({place})\n\n*In numbers.* {escape_line(picture.text)}"
    if listed:
        return f"![{escape_line(picture.text)}]({place} {_quote_yaml(clean_characters(picture.title))})"
    alt = clean_characters(picture.text).replace("\\", "").replace('"', "”")
    return f'![{escape_line(picture.title)}]({place}){{alt="{alt}"}}'


def _write_references(of: Manuscript) -> str:
    return "\n".join(
        f"- \\[{reference.n}\\] **{of.keys[reference.paper_id]}**: "
        f"{_escape(of, of.format_reference(reference.paper_id))}"
        for reference in of.report.references
    )


def _write_section(of: Manuscript, section: Section) -> Iterator[str]:
    if section.heading:
        yield f"# {_escape(of, section.heading) or '…'}"
    if section.lead:
        yield escape_line_start(_escape(of, section.lead))
    if section.note:
        yield f"*Note:* {_escape(of, section.note)}"
    if section.table:
        rows = ([_write_cell(of, cell) for cell in row] for row in section.table.rows)
        yield _write_table([_escape(of, name) for name in section.table.head], rows)
    for paragraph in section.paragraphs:
        yield from _write_paragraph(of, section, paragraph)


def _write_paragraph(of: Manuscript, section: Section, paragraph: Paragraph) -> Iterator[str]:
    claims = [_write_claim(of, claim) for claim in paragraph.claims]
    if paragraph.label:
        yield f"## {_escape(of, paragraph.label) or '…'}"
    if section.mode == EXTRACTIVE:
        yield "\n".join(f"- {escape_line_start(claim)}" for claim in claims)
    else:
        yield escape_line_start(" ".join(claims))


def _write_claim(of: Manuscript, claim: Claim) -> str:
    keys = of.list_keys(claim.citations)
    source = f" [{'; '.join(f'@{key}' for key in keys)}]" if keys else ""
    sign = _escape(of, wording.write_sign(claim))
    mark = f" *{sign}*" if claim.holds else f" **({sign})**"
    return f"{_escape(of, wording.word_claim(claim)) or '…'}{source}{mark}"


def _write_cell(of: Manuscript, cell: Cell) -> str:
    return _escape(of, cell.text) if not cell.claims else " ".join(_write_claim(of, claim) for claim in cell.claims)


def _write_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a pipe table; a column is the wider the longer what it holds is, but far from as many times as wide."""
    lines = [tuple(cell or " " for cell in row) for row in (head, *rows)]
    widths = [_LEAST + min(_LONG, max(len(line[column]) for line in lines)) ** 0.4 for column in range(len(head))]
    dashes = [f":{'-' * max(3, round(_DASHES * width / sum(widths)))}" for width in widths]
    first, *rest = [f"| {' | '.join(line)} |" for line in lines]
    return "\n".join((first, f"|{'|'.join(dashes)}|", *rest))
