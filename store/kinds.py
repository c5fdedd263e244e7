"""The kinds of papers as their readers call them: systematic review, randomised trial, preprint, thesis.

A source says of a work what it was published as (``Paper.kind``); what kind of study it is stands among its publication
types, its keywords or in its title ("…: a randomised controlled trial"). One vocabulary takes all of them.
"""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache, lru_cache
from typing import Any

from store.paper import Paper

# Each kind, what else it is called, and "+" before kinds that every such paper is of, too. Names as in the publication
# types of MEDLINE (nlm.nih.gov/mesh/pubtypes.html) and the types of CSL; British spelling.
_KINDS = """
    systematic review | systematic literature review | umbrella review | + review
    scoping review | + review
    meta analysis | metaanalysis | meta analytic review | network meta analysis
    review | literature review | narrative review | review article | overview article
    survey | survey paper | survey article | + review
    randomised controlled trial | randomised trial | randomised clinical trial | rct | randomised study
        | randomised controlled study | cluster randomised trial | + clinical trial
    clinical trial | controlled clinical trial | clinical study | trial
    cohort study | prospective cohort study | retrospective cohort study | + observational study
    case control study | + observational study
    cross sectional study | + observational study
    observational study | comparative study
    case report | case series | case study
    study protocol | protocol | trial protocol | clinical trial protocol
    practice guideline | guideline | clinical guideline
    editorial
    letter
    commentary | comment | perspective | opinion | viewpoint
    erratum | correction | corrigendum | published erratum
    preprint | article | posted content | working paper | eprint | e print | manuscript
    journal article | article journal | journal paper
    conference paper | paper conference | proceedings paper | inproceedings | conference article | proceedings article
    thesis | dissertation | phd thesis | doctoral thesis | masters thesis | master thesis
    book | monograph | edited book
    book chapter | chapter | book section | incollection
    report | technical report | tech report
    dataset | data set | data paper
    software | software paper | computer program
    patent
    tutorial
"""
# Kinds that a title says of itself; the others are words that titles use of other things ("book", "report").
_IN_TITLES = """systematic review|scoping review|meta analysis|literature review|randomised controlled trial
    |randomised trial|randomised clinical trial|cohort study|case control study|cross sectional study|case report
    |study protocol|survey"""
_PREPRINTS = re.compile(
    r"\b(?:arxiv|bio-?rxiv|med-?rxiv|chem-?rxiv|psyarxiv|ssrn|preprints?(?:\.org)?|research square)\b", re.I
)
# Fields of a source that state publication types.
_FIELDS = ("type", "publication_type", "genre", "publication_types", "publicationTypes", "document_type")
# How near a kind has to be to what was typed to be asked about, as difflib counts it (0–1): one letter wrong of four.
# Chosen by hand; not measured.
_NEAR = 0.75


def normalise_kind(text: str) -> str:
    """Return the name of a kind however it is written ("RCTs", "meta-analyses"); one that is none, in plain letters."""
    plain = _simplify(text)
    return _index_names().get(plain, plain)


def is_kind(text: str) -> bool:
    """Return whether a text is the name of a kind."""
    first = _FIRST_WORD.search(text)
    return first is not None and _opens_name(first[0]) and _simplify(text) in _index_names()


# The first word of a text, with what stands behind an apostrophe, which ``_simplify`` takes into it.
_FIRST_WORD = re.compile(r"[^\W_]+(?:['’]s[^\W_]*)*", re.I)


@lru_cache(maxsize=1 << 12)
def _opens_name(word: str) -> bool:
    """Return whether the name of a kind may begin with a word: questions are asked of each of theirs."""
    return _simplify(word) in _list_openings()


@cache
def _list_openings() -> frozenset[str]:
    return frozenset(name.split()[0] for name in _index_names())


def suggest_kind(text: str) -> str:
    """Return the name of the kind that a text may be a slip for; "" where it is one, or none comes near."""
    plain, names = _simplify(text), _index_names()
    near = [] if plain in names else get_close_matches(plain, names, 1, _NEAR)
    return names[near[0]] if near else ""


def list_kinds(paper: Paper) -> list[str]:
    """List the kinds that a paper is of, by name."""
    kinds = {normalise_kind(text) for text in _list_stated(paper)}
    title = _simplify(paper.title)
    kinds |= {normalise_kind(name) for name in _find_titled(title)}
    if _PREPRINTS.search(paper.venue or "") or ("arxiv" in paper.identifiers and not paper.venue):
        kinds.add("preprint")
    return sorted(kinds.union(*(_index_broader().get(kind, ()) for kind in kinds)))


def _list_stated(paper: Paper) -> Iterator[str]:
    for record in (paper, *paper.records):
        if record.kind:
            yield record.kind
        for field in _FIELDS:
            yield from _list_texts(record.extra.get(field))
        yield from (text for text in (*record.keywords, *record.categories) if is_kind(text))


def _list_texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield from (part for part in re.split("[;|]", value) if part.strip())
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _list_texts(part)


def _find_titled(title: str) -> list[str]:
    return re.findall(rf"\b(?:{_join_titled()})\b", title)


@cache
def _join_titled() -> str:
    return "|".join(_simplify(name) for name in _IN_TITLES.split("|"))


def _simplify(text: str) -> str:
    """Reduce a name to plain words in the singular and in British spelling."""
    words = re.findall(r"[^\W_]+", text.casefold().replace("'s", "s").replace("’s", "s"))
    return " ".join(_make_singular(word.replace("randomiz", "randomis")) for word in words)


def _make_singular(word: str) -> str:
    if word.endswith("analyses") or word.endswith("theses"):
        return f"{word[:-2]}is"
    if word.endswith("studies"):
        return f"{word[:-3]}y"
    if word in ("corrigenda", "errata"):
        return f"{word[:-1]}um"
    return word[:-1] if len(word) > 3 and word.endswith("s") and word[-2] not in "sui" else word


def _read_table() -> Iterator[tuple[list[str], list[str]]]:
    for line in re.sub(r"\n\s+\|", " |", _KINDS).strip().splitlines():
        parts = [part.strip() for part in line.split("|")]
        yield (
            [part for part in parts if not part.startswith("+")],
            [part[1:].strip() for part in parts if part.startswith("+")],
        )


@cache
def _index_names() -> dict[str, str]:
    """Index the kinds by all that they are called."""
    return {_simplify(name): names[0] for names, _ in _read_table() for name in names}


@cache
def _index_broader() -> dict[str, tuple[str, ...]]:
    return {names[0]: tuple(broader) for names, broader in _read_table() if broader}
