"""BibTeX with all that a record holds (for citing a few papers see ``assistant.export.export_bibtex``)."""

import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote

from assistant.export.export_bibtex import authors, months, title
from assistant.export.fields import identifier, joined, line, lines, own_addresses, venue
from assistant.export.kinds import sort_of
from assistant.export.latex import latex
from store.paper import Paper

_BOOKLIKE = {"inproceedings", "incollection", "inbook", "conference", "suppbook", "bookinbook", "inreference"}
_KEY = re.compile(r"""[^\s,{}"#%'()=~\\@]{1,100}""")
_KIND = re.compile(r"(?!(?:string|comment|preamble)$)[a-z][a-z_-]{0,39}")
_NAME = re.compile(r"[a-z][a-z0-9_:+-]{0,39}")
_OURS = {"issue": "number", "place": "address"}
# Fields that are written from elsewhere, and ``execute``, which biblatex runs.
_WRITTEN = """type citation_key title subtitle author abstract doi pmid pmcid eprint eprinttype archiveprefix
    eprintclass primaryclass keywords keyword year month day date journal journaltitle pages url execute number address
    retraction addendum""".split()
_PLAIN = {"file", "howpublished", "issn", "isbn"}
_BRACES = re.compile(r"[\\{}]")
_SPECIAL = re.compile(r"[_%#&$~]")


def entries(papers: Iterable[Paper], keys: Mapping[str, str]) -> Iterator[str]:
    """An entry a paper, under the key that its source gave it, else, or where another has that, the one of ``keys``."""
    taken = set(keys.values())
    for paper in papers:
        own = line(paper.extra.get("citation_key"))
        key = own if _KEY.fullmatch(own) and own not in taken else keys[paper.id]
        taken.add(key)
        written = "".join(f"  {name} = {value},\n" for name, value in dict(_fields(paper)).items())
        yield f"@{_kind(paper)}{{{key},\n{written}}}\n\n"


def _kind(paper: Paper) -> str:
    given = line(paper.extra.get("type")).lower()
    if paper.source.format == "bibtex" and _KIND.fullmatch(given):
        return given
    return sort_of(paper).value


def _fields(paper: Paper) -> Iterator[tuple[str, str]]:
    pages = re.sub(r"\s*[–—]\s*", "--", latex(line(paper.extra.get("pages"))))
    texts = {"title": title(paper), "author": _authors(paper), **_published(paper), "pages": pages}
    texts |= {"abstract": latex(paper.abstract), "keywords": latex(joined(paper.keywords))}
    yield from ((name, f"{{{value}}}") for name, value in texts.items() if value)
    yield from _dates(paper)
    yield from ((name, f"{{{_whole(value)}}}") for name, value in _addresses(paper).items() if value)
    yield from _others(paper)
    if paper.retraction:
        name = "addendum" if line(paper.extra.get("note")) else "note"
        yield name, f"{{{latex(paper.retraction)}}}"


def _authors(paper: Paper) -> str:
    return authors(paper) or ("others" if paper.authors_truncated else "")


def _published(paper: Paper) -> dict[str, str]:
    place, book = venue(paper), line(paper.extra.get("booktitle"))
    if not place or place == book:
        return {}
    return {"booktitle" if _kind(paper) in _BOOKLIKE and not book else "journal": latex(place)}


def _dates(paper: Paper) -> Iterator[tuple[str, str]]:
    if paper.date:
        yield "year", f"{{{paper.date[:4]}}}"
    if month := months(paper):
        yield "month", month
    if not paper.date and (said := line(paper.extra.get("date"))):
        yield "date", f"{{{latex(said)}}}"
    if paper.date_precision == "day":
        yield "date", f"{{{paper.date}}}"


def _addresses(paper: Paper) -> dict[str, str]:
    known, how = paper.identifiers, line(paper.extra.get("howpublished"))
    arxiv, other = known.get("arxiv", ""), line(paper.extra.get("eprint"))
    return {
        "doi": identifier(paper, "doi"),
        "eprint": arxiv or other,
        "archiveprefix": "arXiv" if arxiv else line(paper.extra.get("eprinttype")) if other else "",
        "primaryclass": "".join(paper.categories[:1]),
        "pmid": identifier(paper, "pmid"),
        "pmcid": known.get("pmcid", ""),
        "url": " ".join(url for url in own_addresses(paper) if url not in how),
    }


def _others(paper: Paper) -> Iterator[tuple[str, str]]:
    for name, value in paper.extra.items():
        field, text = _OURS.get(name, name), "; ".join(lines(value))
        inherited = name in ("crossref", "xdata") and paper.source.format != "bibtex"
        if text and name not in _WRITTEN and not inherited and _NAME.fullmatch(field):
            yield field, f"{{{_set(text) if name in _PLAIN else latex(text)}}}"


def _whole(text: str) -> str:
    """An address or number, which LaTeX does not read; %-encoded where it would end the field."""
    return _BRACES.sub(lambda sign: quote(sign[0], safe=""), text)


def _set(text: str) -> str:
    """The same in a field that LaTeX does read."""
    return _SPECIAL.sub(lambda sign: r"\textasciitilde{}" if sign[0] == "~" else f"\\{sign[0]}", _whole(text))
