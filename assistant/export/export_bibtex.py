"""Papers as BibTeX, in UTF-8, for biber and for bibtex."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from assistant.export.facts import detail, journal, page
from assistant.export.latex import latex, verbatim
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
