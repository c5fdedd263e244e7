"""A paper as the checks see it: sentences with words, numbers and names, looked up by stem; and the names it knows."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, groupby
from typing import NamedTuple, TypeVar

from assistant.verify.names import Name, find_acronyms, find_names, forms_of, is_name, list_forms
from assistant.verify.numbers import Quantity, count_items, parse_quantities
from assistant.verify.record import RecordFields, describe_record, read_fields
from assistant.verify.tokens import Word, WordRow, find_synonym_groups, fold_text, is_plain, split_words, stem_word
from store.paper import Paper
from store.text.sentences import sentence_spans

# The first letters by which long words, and stems, are looked up.
_OPENING, _SHORTEST = 5, 4
# Sentences that are read of an abstract: no abstract has more, and hostile text has no end. Chosen by hand: the longest
# of 9,581 real records has 72.
_MOST_SENTENCES = 1000
# Places of one word that are noted in a sentence: what is said again and again needs no more.
_MOST_PLACES = 8
_SHORT_FORM = re.compile(r"\(([A-Za-z][A-Za-z0-9]{1,9})(?=[,;)])")
_Key = TypeVar("_Key", str, int)


class Sentence(NamedTuple):
    """A sentence at characters ``start`` to ``end`` of an abstract; the title and the record stand at 0 to 0.

    ``stems``, ``stand_ins`` and ``beginnings`` give the places in ``words`` of a stem, of a group of
    synonyms, and of all stems with the same first four letters; ``order`` counts the telling words before each.
    """

    start: int
    end: int
    folded: str
    words: WordRow
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
    return _build_source(SourcePaper(paper))


class SourcePaper:
    """A paper, the same as any other of which all is the same that a source is made of."""

    __slots__ = ("_parts", "paper")

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        names = tuple(author.name for author in paper.authors)
        dates = (paper.date, paper.date_precision, paper.year_inferred)
        self._parts = (paper.abstract, paper.title, names, paper.venue, paper.keywords, dates)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SourcePaper) and self._parts == other._parts

    def __hash__(self) -> int:
        return hash(self._parts)


@lru_cache(maxsize=128)
def _build_source(of: SourcePaper) -> SourceText:
    paper = of.paper
    abstract, title, fields = paper.abstract, paper.title, read_fields(paper)
    when, rest = describe_record(paper)
    sentences = tuple(
        parse_sentence(abstract[start:end], start) for start, end in sentence_spans(abstract)[:_MOST_SENTENCES]
    )
    head = parse_sentence(title)._replace(start=0, end=0)
    short_forms = {short: stems for part in (head, *sentences) for short, stems in _find_short_forms(part)}
    if short_forms:
        sentences = tuple(_note_long_forms(part, short_forms) for part in sentences)
        head = _note_long_forms(head, short_forms)
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
    word_list, numbers = WordRow(split_words(folded)), parse_quantities(folded)
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


def _find_short_forms(sentence: Sentence) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Find the short forms set behind their long ones, "Type 1 diabetes (T1D)", with the stems of these."""
    places = {word.start: place for place, word in enumerate(sentence.words)}
    for match in _SHORT_FORM.finditer(sentence.folded):
        short, place = match[1].removesuffix("s").lower(), places.get(match.start(1), 0)
        stems: list[str] = []
        for word in reversed(sentence.words[max(0, place - 2 * len(short)) : place]):
            if len(stems) == len(short) or (word.low[0] != short[-1 - len(stems)] and not word.stop):
                break
            if word.low[0] == short[-1 - len(stems)]:
                stems.append(word.stem)
        if len(stems) == len(short) > 1:
            yield short, tuple(stems)


def _note_long_forms(sentence: Sentence, short_forms: dict[str, tuple[str, ...]]) -> Sentence:
    """Note the words of the long form where a sentence has the short one."""
    stems = {stemmed: list(places) for stemmed, places in sentence.stems.items()}
    for place, word in enumerate(sentence.words):
        for stemmed in short_forms.get(word.text.removesuffix("s").lower(), ()):
            _note_place(stems, stemmed, place)
    return sentence._replace(stems=stems)


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
# What links the parts of one name.
_LINKS = ("|", "-", "/", "+", "&")
# Letters that a name may add to another and still be it, as in Rawlsian; chosen by hand, not measured.
_LONGEST_ENDING = 4


def mentions_name(name: str, source: SourceText) -> bool:
    """Tell whether a source holds a name: as written, in pieces, as an acronym of its words, or with another ending."""
    pieces = [piece for piece in re.split(r"[-./&+|]", name) if piece]
    if len(pieces) > 1 and len(pieces[0]) == 1 and _is_longer_name_only(pieces, source):
        return False
    if any(form in source.forms or form in _FIELDS for form in forms_of(name)[:2]):
        return True
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


def _is_longer_name_only(pieces: Sequence[str], source: SourceText) -> bool:
    """Tell whether the pieces of a name stand together only at the end of a longer one: X-shifts of Y|X-shifts."""
    stems = [stem_word(piece.lower()) for piece in pieces]
    ends = [
        part.folded[part.words[place].start - 1 : part.words[place].start] in _LINKS and part.words[place].start > 0
        for part in (*source.sentences, source.title, source.record)
        for place in part.stems.get(stems[0], ())
        if [word.stem for word in part.words[place : place + len(stems)]] == stems
    ]
    return bool(ends) and all(ends)


def _is_acronym(name: str, source: SourceText) -> bool:
    """Tell whether first letters of words of the source that follow each other give an acronym of three or more."""
    letters = name.removesuffix("s") if name[:-1].isupper() else name
    return len(letters) > 2 and letters.isupper() and letters.isalpha() and letters.lower() in source.initials


def _differ_by_ending(first: str, second: str) -> bool:
    """Tell whether two names are one with another ending: Rawls and Rawlsian, Bayes and Bayesian."""
    short, long = sorted((first, second), key=len)
    if not long.isalpha():
        return False  # GPT-4o is no GPT-4.
    return long.startswith(short) and len(long) - len(short) <= _LONGEST_ENDING
