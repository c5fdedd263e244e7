"""What a paper can be called by: its id, its citation key, an identifier in any spelling, a unique part of its title.

    5bb03a6205f3e08b                              its id, or that of a record in it
    wortsman2022model, @wortsman2022model         its citation key
    10.1000/x, doi:10.1000/x, https://doi.org/…   a DOI
    2203.05482, arXiv:2203.05482v2, math/0601001  an arXiv id, with or without version, or its address
    12345678, PMID: 12345678, PMC1234567 …        other identifiers; bare digits are an id first, then a PMID
    model soups                                   a part of the title, whatever its case, accents and signs; one typo

The first of these that fits counts. What fits several papers is never guessed.
"""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

from store.citation_keys import keys_in
from store.dedup.keys import id_key, list_lookup_keys, normalise_title
from store.errors import InputError, NotFound
from store.filters import Filters
from store.index.index_schema import split_title
from store.index.snapshot import Snapshot
from store.index.spellings import is_one_edit
from store.library import Library
from store.paper import Paper
from store.results import NamedPaper

# Candidates that a message names. Chosen by hand.
SHOWN = 5
NEAREST = 3
# Papers whose titles have all the words, of which those are chosen that have them in a row: where there are more, so
# many have them that no part of a title can mean one. 2,000 took four times as long (benchmarks/README.md).
CANDIDATES = 500
# Titles among which the nearest are looked for. Chosen by hand; not measured.
_LOOKED_AT = 40
# How like a title has to be to what was typed, for "did you mean" (0–1). Chosen by hand; not measured.
_LIKE = 0.6
# Letters that a part of a title has at least: shorter ones stand in any.
_SHORTEST = 3
# Words of a title that are read; no title has more. Chosen by hand.
_LONGEST = 60
_AROUND = re.compile(r"^[\s\[({\"'“”‘’«»]*@?|[\s\])}\"'“”‘’«»]*$")
_CITED = re.compile(r"\\[a-zA-Z]*cite[a-zA-Z]*\*?\{([^{},]+)\}")
_KEY = re.compile(r"([a-z][a-z0-9]*)(?:-[0-9a-f]{6,64})?", re.I)
_DATED_KEY = re.compile(r"(?P<family>[a-z]+)(?P<year>(?:1[5-9]|20)[0-9]{2})[a-z]", re.I)
_PMCID = re.compile(r"(?:pmcid\s*:?\s*|https?://\S*/pmc/articles/)?(pmc[0-9]{1,9})(?:\.[0-9]+)?/?", re.I)
_OPENALEX = re.compile(r"(?:(?:openalex\s*:\s*)|https?://(?:api\.)?openalex\.org/(?:works/)?)(W[0-9]{1,12})", re.I)
_SCHOLAR = re.compile(
    r"(?:(?:s2|s2id)\s*:\s*|https?://(?:www\.)?semanticscholar\.org/paper/(?:[^/\s]{1,300}/)?)?([0-9a-f]{40})", re.I
)


def find_paper(library: Library, name: str) -> NamedPaper:
    """Find the paper that a name stands for.

    Raises:
        InputError: It stands for several; the message lists them with their citation keys.
        NotFound: It stands for none; the message says what comes near.
        LibraryError: The library cannot be read.
    """
    view = library.view()
    if view is None:
        raise _build_not_found(name, [])
    return find_in_view(view, name)


def find_in_view(view: Snapshot, name: str) -> NamedPaper:
    """Find the paper that a name stands for in a view of a library; raises what ``find_paper`` does."""
    papers = identify(view, name)
    if papers:
        return NamedPaper(paper=_take_only(view, name, papers, "several papers have it"))
    papers = find_by_title(view, name)
    if papers:
        return NamedPaper(paper=_take_only(view, name, papers, "it is part of several titles"), by_title=True)
    raise _build_not_found(name, _describe_nearest(view, name))


def identify_paper(library: Library, name: str) -> Paper:
    """Find the paper that a name stands for, where that is no part of a title: for whoever is about to change papers.

    Raises:
        InputError: It stands for several, or is but a part of a title; the message has the id of that paper.
        NotFound: It stands for none.
        LibraryError: The library cannot be read.
    """
    named = find_paper(library, name)
    if named.by_title:
        raise InputError(
            f"{_quote(name)} is but a part of the title “{named.paper.title}”, and papers are not changed by that.",
            f"Name it by its id: {named.paper.id}",
        )
    return named.paper


def resolve_filters(library: Library, filters: Filters) -> Filters:
    """Put the ids of the papers in place of what they are called by in ``filters.ids``.

    Raises:
        InputError: A name stands for several papers.
        NotFound: It stands for none.
        LibraryError: The library cannot be read.
    """
    if not filters.ids:
        return filters
    there = library.find_ids(filters.ids)
    if len(there) == len(set(filters.ids)):  # As nearly always: the chat restricts answers to thousands of ids.
        return filters
    present = set(there)
    ids = [name if name in present else find_paper(library, name).paper.id for name in filters.ids]
    return filters.model_copy(update={"ids": tuple(dict.fromkeys(ids))})


def identify(view: Snapshot, name: str) -> list[Paper]:
    """Find the papers with an id, a citation key or an identifier; several only where it tells no two apart."""
    bare = _unwrap(name)
    for text in dict.fromkeys((name, bare)):
        if papers := view.papers([text]):
            return papers
    if papers := _find_by_citation_key(view, bare):
        return papers
    for key in dict.fromkeys(_list_keys(bare)):
        if papers := view.find_by_keys([key]):
            return papers
    return []


def find_by_title(view: Snapshot, part: str) -> list[Paper]:
    """Find the papers in whose titles a part stands, from the beginning of a word on; else those with one typo in it.

    Where it is the whole of a title, those where it is only a part are left out. Where ``CANDIDATES`` have its words,
    these are given, whether in a row or not: it means no one paper.
    """
    letters, words = normalise_title(part), split_title(part)[:_LONGEST]
    if not words or (letters.isascii() and len(letters) < _SHORTEST):
        return []
    for typos in (False, True):
        candidates = view.find_by_title_words(words, CANDIDATES, typos)
        fitting = [paper for paper in candidates if _has_part(paper, letters, typos)]
        whole = [paper for paper in fitting if _has_title(paper, letters)]
        if not whole and len(candidates) == CANDIDATES:
            return candidates
        if fitting:
            return sorted(whole or fitting, key=lambda paper: paper.id)
    return []


def find_by_whole_title(view: Snapshot, title: str) -> list[Paper]:
    """Find the papers, or those of a record, that have a title but for case, accents, spaces and signs."""
    papers = find_by_title(view, title)
    return [paper for paper in papers if _has_title(paper, normalise_title(title))]


def _unwrap(name: str) -> str:
    r"""Take off what surrounds a name where it is cited or quoted: ``[@key]``, ``\cite{key}``, “title”."""
    cited = _CITED.fullmatch(name.strip())
    return _AROUND.sub("", cited[1] if cited else name).strip()


def _find_by_citation_key(view: Snapshot, text: str) -> list[Paper]:
    match = _KEY.fullmatch(text)
    if match is None:
        return []
    papers = view.find_by_citation_keys([match[1].lower()])
    keys = keys_in(view, papers)
    return [paper for paper in papers if keys[paper.id] == text.lower()] or (papers if "-" not in text else [])


def _list_keys(text: str) -> Iterator[str]:
    """List the keys of ``store.dedup.keys`` that a text may mean, the likeliest first."""
    from store.readers.identifiers import (  # late: with it come all readers of files, which a question needs none of
        normalise_arxiv_id,
        normalise_doi,
        normalise_pmid,
    )

    yield from list_lookup_keys(text)
    for scheme, value in (
        ("doi", normalise_doi(text)),
        ("arxiv", normalise_arxiv_id(text)),
        ("pmid", normalise_pmid(text)),
        *((scheme, match[1]) for scheme, form in _FORMS.items() if (match := form.fullmatch(text))),
    ):
        if value:
            yield from (key for key in list_lookup_keys(f"{scheme}:{value}") if not key.startswith(id_key("")))


_FORMS = {"pmcid": _PMCID, "openalex": _OPENALEX, "s2": _SCHOLAR}


def _has_part(paper: Paper, letters: str, typo: bool) -> bool:
    """Whether letters stand in one of the titles from the beginning of a word on, or all but one of them."""
    return any(_stands_in(record.title, letters, typo) for record in (paper, *paper.records))


def _has_title(paper: Paper, letters: str) -> bool:
    return any(normalise_title(record.title) == letters for record in (paper, *paper.records))


def _stands_in(title: str, letters: str, typo: bool) -> bool:
    words = split_title(title)
    joined = "".join(words)
    starts = [sum(map(len, words[:place])) for place in range(len(words))]
    if not typo:
        return any(joined.startswith(letters, start) for start in starts)
    sizes = range(len(letters) - 1, len(letters) + 2)
    parts = {joined[start : start + size] for start in starts for size in sizes}
    return letters in parts or any(is_one_edit(letters, part) for part in parts)


def _take_only(view: Snapshot, name: str, papers: Sequence[Paper], why: str) -> Paper:
    if len(papers) == 1:
        return papers[0]
    listed = "; ".join(describe_papers(view, papers[:SHOWN]))
    more = f"; and {len(papers) - SHOWN:,} more" if len(papers) > SHOWN else ""
    raise InputError(
        f"{_quote(name)} can mean {len(papers):,} papers ({why}): {listed}{more}.", "Name one of them by its key or id."
    )


def describe_papers(view: Snapshot, papers: Sequence[Paper]) -> list[str]:
    """Describe papers as messages list them: citation key, title, year."""
    keys = keys_in(view, papers)
    return [f"{keys[paper.id]} “{paper.title}” ({paper.year or 'undated'})" for paper in papers]


def _describe_nearest(view: Snapshot, name: str) -> list[str]:
    """Describe the papers whose titles or citation keys come nearest to a name; none where none comes near."""
    if key := _DATED_KEY.match(_unwrap(name)):
        year = int(key["year"])
        alike = view.list_ids(Filters(author=(key["family"],), year_from=year, year_to=year))
        return describe_papers(view, view.papers(alike[:NEAREST]))
    words = [word for word in split_title(name)[:_LONGEST] if len(word) >= _SHORTEST]
    letters = "".join(words)
    near = [(_measure_likeness(letters, paper.title), paper) for paper in view.rank_by_title_words(words, _LOOKED_AT)]
    best = sorted((pair for pair in near if pair[0] >= _LIKE), key=lambda pair: (-pair[0], pair[1].id))
    return describe_papers(view, [paper for _, paper in best[:NEAREST]])


def _measure_likeness(letters: str, title: str) -> float:
    """Measure how like letters are to the part of a title that is most like them, 0–1."""
    words = split_title(title)
    joined = "".join(words)
    starts = [0, *(sum(map(len, words[: place + 1])) for place, _ in enumerate(pairwise(words)))]
    matcher = SequenceMatcher(b=letters, autojunk=False)
    best = 0.0
    for start in starts:
        matcher.set_seq1(joined[start : start + len(letters)])
        best = max(best, matcher.ratio())
    return best


def _build_not_found(name: str, nearest: Sequence[str]) -> NotFound:
    what = f"There is no paper with the id {name[:80]!r}."
    if not nearest:
        return NotFound(what, "List them with: conspectus papers.")
    return NotFound(what, f"Did you mean {'; '.join(nearest)}?")


def _quote(name: str) -> str:
    return f"“{name[:80]}”"
