"""A paper as the checks see it: sentences with words, numbers and names, looked up by stem; and the names it knows."""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import accumulate, groupby
from typing import NamedTuple, TypeVar

from assistant.verify.names import Name, find_acronyms, find_names, forms_of, is_name, list_forms
from assistant.verify.numbers import Quantity, count_items, parse_quantities
from assistant.verify.record import RecordFields, describe_record, read_fields
from assistant.verify.tokens import Word, find_synonym_groups, fold_text, is_plain, split_words, stem_word
from store.paper import Paper
from store.text.sentences import sentence_spans

# The first letters by which long words, and stems, are looked up.
_OPENING, _SHORTEST = 5, 4
# Places of one word that are noted in a sentence: what is said again and again needs no more.
_MOST_PLACES = 8
_Key = TypeVar("_Key", str, int)


class Sentence(NamedTuple):
    """A sentence at characters ``start`` to ``end`` of an abstract; the title and the record stand at 0 to 0.

    ``stems``, ``stand_ins`` and ``beginnings`` give the places in ``words`` of a stem, of a group of
    synonyms, and of all stems with the same first four letters; ``order`` counts the telling words before each.
    """

    start: int
    end: int
    folded: str
    words: tuple[Word, ...]
    quantities: tuple[Quantity, ...]
    names: tuple[Name, ...]
    stems: dict[str, list[int]]
    stand_ins: dict[int, list[int]]
    beginnings: dict[str, list[int]]
    order: tuple[int, ...]


class SourceText(NamedTuple):
    """What a paper says: the sentences of its abstract, its title, and who wrote it when and where.

    The record carries claims about itself only (see ``assistant.verify.record``); elsewhere it tells names and dates.
    ``forms`` holds every form of its words as names may be written, ``form_stems`` their stems, ``openings`` the
    long ones by their first letters; ``initials`` the first letters of its words, ``acronyms`` those that it uses.
    """

    sentences: tuple[Sentence, ...]
    title: Sentence
    record: Sentence
    fields: RecordFields
    forms: frozenset[str]
    form_stems: frozenset[str]
    openings: dict[str, tuple[str, ...]]
    initials: str
    acronyms: frozenset[str]


def read_source(paper: Paper) -> SourceText:
    """Read a paper as a source; the last hundred or so are remembered."""
    return _build_source(paper.abstract, paper.title, *describe_record(paper), read_fields(paper))


@lru_cache(maxsize=128)
def _build_source(abstract: str, title: str, when: str, rest: str, fields: RecordFields) -> SourceText:
    sentences = tuple(parse_sentence(abstract[start:end], start) for start, end in sentence_spans(abstract))
    head = parse_sentence(title)._replace(start=0, end=0)
    record = parse_sentence("; ".join(filter(None, (when, rest))))
    # Dates are all the numbers of a record; what stands in a name is none.
    record = record._replace(start=0, end=0, quantities=parse_sentence(when).quantities)
    parts = [*sentences, head, record]
    forms = frozenset(form for part in parts for form in list_forms(part.folded))
    short = frozenset(form for part in parts for form in find_acronyms(part.folded))
    stems = frozenset(map(stem_word, forms))
    return SourceText(
        sentences, head, record, fields, forms, stems, _group_by_opening(forms), _join_initials(parts), short
    )


def _group_by_opening(forms: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Group the forms that are long enough to be told by their first letters by these letters."""
    long = sorted(form for form in forms if len(form) >= _OPENING)
    return {opening: tuple(group) for opening, group in groupby(long, key=lambda form: form[:_OPENING])}


def parse_sentence(text: str, start: int = 0) -> Sentence:
    """Parse a text as one sentence that begins at character ``start``."""
    folded = fold_text(text)
    word_list, numbers = tuple(split_words(folded)), parse_quantities(folded)
    counted = count_items(folded)
    if counted > 1:
        numbers.append(Quantity(counted, counted, "count", "", "", 0, 0, str(counted)))
    return Sentence(
        start,
        start + len(text),
        folded,
        word_list,
        tuple(numbers),
        find_names(folded),
        *_index_words(word_list),
        _count_content_words(word_list),
    )


def _count_content_words(word_list: Iterable[Word]) -> tuple[int, ...]:
    return tuple(accumulate((not word.stop for word in word_list), initial=0))


def _index_words(word_list: Iterable[Word]) -> tuple[dict[str, list[int]], dict[int, list[int]], dict[str, list[int]]]:
    stems: dict[str, list[int]] = {}
    stand_ins: dict[int, list[int]] = {}
    beginnings: dict[str, list[int]] = {}
    for place, word in enumerate(word_list):
        _note_place(stems, word.stem, place)
        if word.joined:
            _note_place(stems, stem_word(word.joined), place)
        for group in () if word.stop else find_synonym_groups(word.stem):
            _note_place(stand_ins, group, place)
        if not word.stop and len(word.stem) >= _SHORTEST:
            _note_place(beginnings, word.stem[:_SHORTEST], place)
    return stems, stand_ins, beginnings


def _note_place(places: dict[_Key, list[int]], key: _Key, place: int) -> None:
    """Note a place; what is said again and again in one sentence needs no more than the first few."""
    noted = places.setdefault(key, [])
    if len(noted) < _MOST_PLACES:
        noted.append(place)


def _join_initials(sentences: Iterable[Sentence]) -> str:
    """Join the first letters of the words of each sentence, with stop words and without, sentences apart."""
    rows = []
    for sentence in sentences:
        rows.append("".join(word.low[0] for word in sentence.words))
        rows.append("".join(word.low[0] for word in sentence.words if not word.stop))
    return " ".join(rows)


# Names of whole fields, which any paper of the field may be said to be of.
_FIELDS = frozenset("ai ml".split())
# Letters that a name may add to another and still be it, as in Rawlsian; chosen by hand, not measured.
_LONGEST_ENDING = 4


def mentions_name(name: str, source: SourceText) -> bool:
    """Tell whether a source holds a name: as written, in pieces, as an acronym of its words, or with another ending."""
    if any(form in source.forms or form in _FIELDS for form in forms_of(name)[:2]):
        return True
    pieces = [piece for piece in re.split(r"[-./&+]", name) if piece]
    if len(pieces) > 1:
        return all(
            mentions_name(piece, source) or (not is_name(piece, False) and is_plain(piece.lower())) for piece in pieces
        )
    if _is_acronym(name, source) or _is_acronym(name[1:], source):
        return True
    bare = forms_of(name)[0]
    return stem_word(bare) in source.form_stems or any(
        _differ_by_ending(bare, form) for form in source.openings.get(bare[:_OPENING], ())
    )


def _is_acronym(name: str, source: SourceText) -> bool:
    """Tell whether first letters of words of the source that follow each other give an acronym of three or more."""
    letters = name.removesuffix("s") if name[:-1].isupper() else name
    return len(letters) > 2 and letters.isupper() and letters.isalpha() and letters.lower() in source.initials


def _differ_by_ending(first: str, second: str) -> bool:
    """Tell whether two names are one with another ending: Rawls and Rawlsian, Bayes and Bayesian."""
    short, long = sorted((first, second), key=len)
    return long.startswith(short) and len(long) - len(short) <= _LONGEST_ENDING
