"""Papers as BibTeX, in UTF-8, for biber and for bibtex.

BibTeX with all that a record holds (for citing a few papers see ``assistant.export.bibtex``).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from urllib.parse import quote

from assistant.export.fields import (
    detail,
    identifier,
    joined,
    journal,
    latex,
    line,
    lines,
    own_addresses,
    page,
    sort_of,
    venue,
    verbatim,
)
from store.citation_keys import citation_keys, listed_authors
from store.paper import Paper
from store.person_name import is_body, is_suffix, person_name
from store.text.clean import clean_characters

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_PROCEEDINGS = re.compile(r"\b(?:conference|proceedings|proc\.|symposium|workshop)", re.IGNORECASE)
# Words between names: those that are part of a name stand in braces.
_BETWEEN = re.compile(r"\b(?:and|others)\b", re.IGNORECASE)


def bibtex(papers: Iterable[Paper], keys: Mapping[str, str] | None = None) -> str:
    """An entry for each paper, in the order given, each paper once.

    Args:
        papers: The papers.
        keys: The key of each by its id; None for keys that are unique among these papers.
    """
    once = {paper.id: paper for paper in papers}
    named = citation_keys(once.values()) if keys is None else keys
    return "\n".join(_entry(named[paper.id], paper) for paper in once.values())


def _entry(key: str, paper: Paper) -> str:
    fields = [f"  {name} = {value}," for name, value in _fields(paper)]
    return "\n".join((f"@{_kind(paper)}{{{key},", *fields, "}\n"))


def _kind(paper: Paper) -> str:
    if not journal(paper):
        return "misc"
    return "inproceedings" if _PROCEEDINGS.search(journal(paper)) else "article"


def _fields(paper: Paper) -> Iterator[tuple[str, str]]:
    published_in = {"article": "journal", "inproceedings": "booktitle"}.get(_kind(paper), "")
    texts = {"title": title(paper), "author": authors(paper), published_in: latex(journal(paper))}
    texts |= {name: latex(detail(paper, name)) for name in ("volume", "publisher")}
    texts["number"] = latex(detail(paper, "issue") or detail(paper, "number"))
    texts["pages"] = re.sub(r"\s*[-–—]+\s*", "--", latex(detail(paper, "pages")))
    yield from ((name, f"{{{value}}}") for name, value in texts.items() if value)
    if paper.year:
        yield "year", f"{{{paper.year}}}"
    if month := months(paper):
        yield "month", month
    yield from ((name, f"{{{verbatim(value)}}}") for name, value in _addresses(paper).items() if value)
    if paper.retraction:
        yield "note", f"{{{latex(paper.retraction)}}}"


def _addresses(paper: Paper) -> dict[str, str]:
    doi, arxiv = paper.identifiers.get("doi", ""), paper.identifiers.get("arxiv", "")
    return {
        "doi": doi,
        "eprint": arxiv,
        "archiveprefix": "arXiv" if arxiv else "",
        "pmid": paper.identifiers.get("pmid", ""),
        "url": page(paper),
    }


def months(paper: Paper) -> str:
    """BibTeX's macro for the month, "" where it is not known."""
    month = int((paper.date or "")[5:7] or 0)
    return _MONTHS[month - 1] if 1 <= month <= len(_MONTHS) else ""


def title(paper: Paper) -> str:
    """The title as LaTeX, what styles must not write in lower case in braces."""
    return " ".join(_kept(word) for word in clean_characters(paper.title).split())


def _kept(word: str) -> str:
    """The word in braces where a style that writes titles in lower case would spoil it: "WiSE-FT", "LLM"."""
    inner = any(before.isalnum() and after.isupper() for before, after in pairwise(word))
    return f"{{{latex(word)}}}" if inner else latex(word)


def authors(paper: Paper) -> str:
    """The names with "and" between them, "others" at the end where the source hides some; "" for none."""
    names = [name for author in listed_authors(paper) if (name := _name(clean_characters(author.name)))]
    return " and ".join([*names, "others"] if names and paper.authors_truncated else names)


def _name(name: str) -> str:
    family, given, suffix = person_name(name)
    if is_body(name) or (suffix and not given) or is_suffix(given):
        return f"{{{latex(name)}}}"
    return ", ".join(_part(part) for part in (family, suffix, given) if part)


def _part(part: str) -> str:
    return f"{{{latex(part)}}}" if _BETWEEN.search(part) else latex(part)


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
        written = "".join(f"  {name} = {value},\n" for name, value in dict(_bibtex_fields(paper)).items())
        yield f"@{_bibtex_kind(paper)}{{{key},\n{written}}}\n\n"


def _bibtex_kind(paper: Paper) -> str:
    given = line(paper.extra.get("type")).lower()
    if paper.source.format == "bibtex" and _KIND.fullmatch(given):
        return given
    return sort_of(paper).value


def _bibtex_fields(paper: Paper) -> Iterator[tuple[str, str]]:
    pages = re.sub(r"\s*[–—]\s*", "--", latex(line(paper.extra.get("pages"))))
    texts = {"title": title(paper), "author": _authors(paper), **_published(paper), "pages": pages}
    texts |= {"abstract": latex(paper.abstract), "keywords": latex(joined(paper.keywords))}
    yield from ((name, f"{{{value}}}") for name, value in texts.items() if value)
    yield from _dates(paper)
    yield from ((name, f"{{{_whole(value)}}}") for name, value in _bibtex_addresses(paper).items() if value)
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
    return {"booktitle" if _bibtex_kind(paper) in _BOOKLIKE and not book else "journal": latex(place)}


def _dates(paper: Paper) -> Iterator[tuple[str, str]]:
    if paper.date:
        yield "year", f"{{{paper.date[:4]}}}"
    if month := months(paper):
        yield "month", month
    if not paper.date and (said := line(paper.extra.get("date"))):
        yield "date", f"{{{latex(said)}}}"
    if paper.date_precision == "day":
        yield "date", f"{{{paper.date}}}"


def _bibtex_addresses(paper: Paper) -> dict[str, str]:
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
