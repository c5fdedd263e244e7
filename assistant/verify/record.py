"""Claims about the record of a paper: who wrote it, when and where it appeared, which keywords it has.

Authors, venue and keywords are names. They never carry a sentence about anything else, whatever is written into them: a
claim rests on them only if all that it says, beside the words by which one speaks of records, is a name, a date, a
venue or a keyword that stands there.
"""

from calendar import month_name
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from assistant.verify.injection import is_instruction
from assistant.verify.tokens import Word, fold_text, split_words, stem_word
from store.paper import Paper

# Words from which on a field is looked at as a sentence might be, and those of the longest that is still the name of a
# group or a conference, or a keyword; letters of a word that is written with a capital in names. By hand, not swept.
_LIKE_SENTENCE, _LONGEST_NAME, _LONGEST_KEYWORD, _LONG = 4, 20, 8, 4
# Words by which one says of a paper who, when, where and on what, and others that say nothing beside them.
_RELATIONS = """
author authors authored write wrote written writes publish published publication date dated year appear appeared venue
journal conference proceedings keyword keywords"""
_OTHERS = """
paper study article work preprint manuscript abstract title titled entitled called name names named listed list lists
include includes included first second third last senior sole lead single coauthor researcher scientist month day
inferred among volume issue contribution report text has have"""


@cache
def _stem_words(words: str) -> frozenset[str]:
    """Stem words when they are first needed: the stemmer is not loaded with this module."""
    return frozenset(map(stem_word, words.split()))


class RecordFields(NamedTuple):
    """The words of a record by what they are; ``titles`` holds those of the title, and of its part before a colon."""

    titles: tuple[tuple[str, ...], ...]
    authors: frozenset[str]
    dates: frozenset[str]
    venue: frozenset[str]
    keywords: frozenset[str]


def read_fields(paper: Paper) -> RecordFields:
    """Read the words of a paper's record; what is no name but a sentence is left out."""
    dates = {str(paper.year), *(paper.date or "").split("-")}
    dates |= {part.lstrip("0") for part in dates}
    month = _find_month(paper)
    return RecordFields(
        tuple(tuple(_split(title)) for title in dict.fromkeys((paper.title, paper.title.partition(":")[0]))),
        frozenset(word for name in list_names(paper) for word in _split(name)),
        frozenset({*dates, month.lower()} - {"", "None"}),
        frozenset(_split(paper.venue or "") if is_name_like(paper.venue or "") else ()),
        frozenset(word for keyword in _list_keywords(paper) for word in _split(keyword)),
    )


def describe_record(paper: Paper) -> tuple[str, str]:
    """Describe what the record says beside title and abstract, in the words by which one speaks of it.

    Returns:
        When it appeared, and all else; either may be empty.
    """
    when, rest = [], []
    if paper.date:
        when = [f"published, dated, date, year: {paper.date}, {_find_month(paper)} {paper.year}"]
        when += ["the year is inferred"] if paper.year_inferred else []
    if names := list_names(paper):
        rest.append(f"Author and authors by name: {', '.join(names)}")
    if paper.venue and is_name_like(paper.venue):
        rest.append(f"venue, journal or conference: {paper.venue}")
    if keywords := _list_keywords(paper):
        rest.append(f"keywords: {', '.join(keywords)}")
    return "; ".join(when), "; ".join(rest)


def list_names(paper: Paper) -> list[str]:
    """List the names of the authors that may be names."""
    return [author.name for author in paper.authors if is_name_like(author.name)]


def _list_keywords(paper: Paper) -> list[str]:
    return [keyword for keyword in paper.keywords if is_name_like(keyword, has_capitals=False)]


def is_name_like(field: str, has_capitals: bool = True) -> bool:
    """Tell whether an author, a venue or a keyword may be the name of something, and not a sentence or an order.

    Args:
        field: What stands there.
        has_capitals: Names of this kind are written with capitals; keywords are not.
    """
    words = field.split()
    if len(words) < _LIKE_SENTENCE:
        return True
    long = [word for word in words if len(word) >= _LONG and word[0].isascii() and word[0].isalpha()]
    if has_capitals and 2 * sum(word[0].isupper() for word in long) < len(long):
        return False
    return len(words) <= (_LONGEST_NAME if has_capitals else _LONGEST_KEYWORD) and not is_instruction(
        field, heading=True
    )


def _find_month(paper: Paper) -> str:
    return month_name[int(paper.date[5:7]) % 13] if paper.date and paper.date_precision != "year" else ""


def _split(text: str) -> Iterator[str]:
    return (word.low for word in split_words(fold_text(text)))


def is_about_record(words: Sequence[Word], fields: RecordFields) -> bool:
    """Tell whether a claim only says who wrote a paper, when and where it appeared, or which keywords it has.

    Args:
        words: Of the claim.
        fields: Of the record.
    """
    titled = _locate_title([word.low for word in words], fields.titles)
    rest = [word for place, word in enumerate(words) if place not in titled]
    about_keywords = any(word.low in ("keyword", "keywords") for word in rest)
    has_field = related = False
    for before, word in zip([None, *rest], rest, strict=False):
        if word.stem in _stem_words(_RELATIONS):
            related = True
        elif word.stem in _stem_words(_OTHERS):
            continue
        elif _is_field(word, fields, about_keywords):
            has_field = True
            related = related or (before is not None and before.low == "by" and word.low in fields.authors)
        elif not word.stop:
            return False
    return has_field and related


def _locate_title(claim: Sequence[str], titles: Sequence[Sequence[str]]) -> set[int]:
    """Find the places of the words of the title in a claim; none where it does not stand there."""
    for title in titles:
        for place in range(len(claim) - len(title) + 1 if title else 0):
            if claim[place] == title[0] and tuple(claim[place : place + len(title)]) == title:
                return set(range(place, place + len(title)))
    return set()


def _is_field(word: Word, fields: RecordFields, about_keywords: bool) -> bool:
    """Tell whether a word stands in the record as what it is in the claim; names have a capital."""
    if word.low in fields.dates or (about_keywords and word.low in fields.keywords):
        return True
    return is_author(word, fields) or (_has_capital(word) and word.low in fields.venue)


def is_author(word: Word, fields: RecordFields) -> bool:
    """Tell whether a word is part of an author's name, and written as one."""
    return word.low in fields.authors and _has_capital(word)


def _has_capital(word: Word) -> bool:
    return word.text[:1] != word.low[:1] or not word.low[:1].isascii()
