"""How authors, venues, keywords, tags and collections are found by a word or by their whole name.

Each is a term ``field⟨sep⟩word⟨sep⟩value`` of one field of the index, whose dictionary is sorted: a prefix lists the
values that have a word, without a look at any paper. ``field=⟨sep⟩key⟨sep⟩value`` does so for what a value is called in
full, its abbreviations among it.
"""

import re
from collections.abc import Iterable, Iterator

from store.index.spellings import list_spellings
from store.paper import Paper
from store.person_name import name_words

SEPARATOR = "\x1f"
# Before a word that is written backwards; no word begins with it.
BACKWARDS = "<"
# In characters: longer values are noise, and the index takes none of 64 kB. Chosen by hand; not measured.
_LONGEST = 300
_SMALL = frozenset(
    "a an and at by for from in into of on or the to with & der die das und für de la le et du des".split()
)
_IN_BRACKETS = re.compile(r"\(([A-Z][\w.&-]{1,14})\)")
# What sources call the short name of a venue; in small letters without signs.
_SHORT_NAMES = frozenset(
    "journalabbreviation isoabbreviation shortjournal containertitleshort journalabbr j2 ta".split()
)


def reverse_word(word: str) -> str:
    """Write a word backwards, as ``author_word`` holds it beside the word itself."""
    return f"{BACKWARDS}{word[::-1]}"


def list_author_names(names: Iterable[str]) -> Iterator[str]:
    """List the terms by which authors are found: each of their words, in all its spellings."""
    for name in names:
        if len(name) <= _LONGEST:
            for ways in list_spellings(name):
                yield from (SEPARATOR.join(("author", way, name)) for way in ways)


def list_value_names(paper: Paper) -> Iterator[str]:
    """List the terms by which the venue, the keywords, the tags and the collections of a paper are found."""
    if paper.venue:
        yield from _list_terms("venue", paper.venue, _list_short_names(paper))
    for field, values in (("keyword", paper.keywords), ("tag", paper.tags), ("collection", paper.collections)):
        for value in values:
            yield from _list_terms(field, value, ())


def _list_terms(field: str, value: str, others: Iterable[str]) -> Iterator[str]:
    if len(value) > _LONGEST or SEPARATOR in value:
        return
    for word in name_words(value):
        yield SEPARATOR.join((field, word, value))
    for name in (value, *others):
        if key := name_to_key(name):
            yield SEPARATOR.join((f"{field}=", key, value))


def name_to_key(name: str) -> str:
    """Reduce a name to its words without case, accents and a "the" before it."""
    return " ".join(name_words(name)).removeprefix("the ")


def _list_short_names(paper: Paper) -> Iterator[str]:
    """List what a venue is called beside its name: what stands in brackets, its initials, what the source says."""
    venue = paper.venue or ""
    yield from _IN_BRACKETS.findall(venue)
    yield _IN_BRACKETS.sub(" ", venue)
    main = [word for word in name_words(_IN_BRACKETS.sub(" ", venue)) if word not in _SMALL and word.isalpha()]
    if len(main) > 2:
        yield "".join(word[0] for word in main)
    for record in (paper, *paper.records):
        for name, value in record.extra.items():
            if re.sub(r"[^a-z0-9]", "", name.lower()) in _SHORT_NAMES and isinstance(value, str):
                yield value


def select_words(name: str) -> list[str]:
    """Select the words of a name that tell it from others; all where none does."""
    words = name_words(name)
    return [word for word in words if word not in _SMALL] or words


def fits_abbreviation(words: list[str], value: str) -> bool:
    """Return whether words are the beginnings of those of a value, in order: "J Mach Learn Res", or the other way."""
    others = select_words(value)
    return len(words) == len(others) > 1 and all(
        short.startswith(full) or full.startswith(short) for short, full in zip(words, others, strict=True)
    )
