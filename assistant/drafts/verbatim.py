"""Whether a text stands in a paper word for word: its words in their order, whatever is put before it."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from assistant.verify.tokens import fold_text, is_cue, is_cue_stem, is_plain, is_stop, stem_word
from store.text.sentences import sentence_spans

# Words of a text that are compared; no sentence has more.
_MOST_WORDS = 400
# Places in one abstract at which a text is looked at; the first that is a whole sentence is enough.
_MOST_PLACES = 50
# Words of what may stand before a sentence ("It has been reported that"), and of a sentence that is known again by its
# end; chosen by hand, not measured.
_LONGEST_LEAD, _SHORTEST_SENTENCE = 12, 5
# A number with its sign and its points; a word; a sign without which a number says something else.
_TOKEN = re.compile(r"(?:(?<![\w)])-)?\d+(?:[.,]\d+)*|[^\W_]+(?:'[a-z]{1,2}\b)?|[%<>≤≥=±+×/^]")
_LEADS = re.compile(r"(?:\bthat|[:,;])\W*$", re.IGNORECASE)


class WordingSpan(NamedTuple):
    """Where a text stands: ``abstract[start:end]`` are the sentences that hold it.

    ``exact`` says that all words are the same, not only their stems; ``complete`` that it is all of these sentences,
    but for what leads in to them, and ``leads`` that words do, in the text or in the abstract.
    """

    start: int
    end: int
    exact: bool
    complete: bool
    leads: bool


class WordSequence(NamedTuple):
    """The words of a text in order, as written (numbers without commas) and by their stems."""

    words: tuple[str, ...]
    stems: tuple[str, ...]
    starts: tuple[int, ...]
    folded: str

    @property
    def is_complete(self) -> bool:
        """Whether all words of the text were read."""
        return len(self.words) <= _MOST_WORDS


def read_words(text: str) -> WordSequence:
    """Read the words of a text; those behind the first few hundred are not read."""
    folded = fold_text(text)
    tokens = []
    for match in _TOKEN.finditer(folded):
        tokens.append(match)
        if len(tokens) > _MOST_WORDS:
            break
    words = tuple(match[0].replace(",", "") for match in tokens)
    stems = tuple(stem_word(word.partition("'")[0] if not word.endswith("n't") else word) for word in words)
    return WordSequence(words, stems, tuple(match.start() for match in tokens), folded)


def find_wording(text: WordSequence, abstract: str) -> WordingSpan | None:
    """Find where an abstract has the words of a text in their order, or the text a whole sentence of it."""
    if not text.words or not text.is_complete:
        return None
    spans = sentence_spans(abstract)
    sentences = [read_words(abstract[start:end]) for start, end in spans]
    return _find_inside(text, spans, sentences) or _find_after_lead(text, spans, sentences)


def _find_inside(
    text: WordSequence, spans: Sequence[tuple[int, int]], sentences: Sequence[WordSequence]
) -> WordingSpan | None:
    """Find a text within one sentence or over several in a row."""
    stems = [stem for sentence in sentences for stem in sentence.stems]
    words = [word for sentence in sentences for word in sentence.words]
    owner = [place for place, sentence in enumerate(sentences) for _ in sentence.words]
    best: WordingSpan | None = None
    for first in _find_all(text.stems, stems):
        last = first + len(text.stems) - 1
        begins, ends = owner[first], owner[last]
        before = sum(len(sentence.words) for sentence in sentences[:begins])
        after = sum(len(sentence.words) for sentence in sentences[: ends + 1])
        leads = first - before
        is_whole = last + 1 == after and (not leads or _is_lead(sentences[begins], leads))
        exact = _is_same(text.words, words[first : last + 1])
        wording = WordingSpan(spans[begins][0], spans[ends][1], exact, is_whole, leads > 0)
        if best is None or (is_whole, exact) > (best.complete, best.exact):
            best = wording
    return best


def _find_after_lead(
    text: WordSequence, spans: Sequence[tuple[int, int]], sentences: Sequence[WordSequence]
) -> WordingSpan | None:
    """Find the sentence with which a text ends after words that lead in to it."""
    for span, sentence in zip(spans, sentences, strict=True):
        leads = len(text.stems) - len(sentence.stems)
        if len(sentence.stems) < _SHORTEST_SENTENCE or leads < 1 or text.stems[leads:] != sentence.stems:
            continue
        if _is_lead(text, leads):
            return WordingSpan(*span, _is_same(text.words[leads:], sentence.words), complete=True, leads=True)
    return None


def _find_all(part: Sequence[str], words: Sequence[str]) -> list[int]:
    """Find the places where words stand in their order; in linear time but for words that repeat themselves."""
    joined, sought = "\0".join(["", *words, ""]), "\0".join(["", *part, ""])
    places: list[int] = []
    offset = joined.find(sought)
    while offset >= 0 and len(places) < _MOST_PLACES:
        places.append(joined.count("\0", 0, offset))
        offset = joined.find(sought, offset + 1)
    return places


def _is_same(words: Sequence[str], others: Sequence[str]) -> bool:
    """Tell whether words are the same; the first may begin with another case."""
    first = words[0][:1].lower() + words[0][1:] == others[0][:1].lower() + others[0][1:]
    return first and tuple(words[1:]) == tuple(others[1:])


def _is_lead(text: WordSequence, count: int) -> bool:
    """Tell whether the first words of a text only lead in to what follows, and take nothing of it back."""
    if count > _LONGEST_LEAD or not _LEADS.search(text.folded[: text.starts[count]]):
        return False
    return all(_is_harmless(word.lower()) for word in text.words[:count])


def _is_harmless(word: str) -> bool:
    if any(is_cue(name, word) for name in ("denies", "hedges", "sets_aside")):
        return False
    stemmed = stem_word(word)
    if any(is_cue_stem(name, stemmed) for name in ("denies", "hedges", "denies_doing", "open_questions")):
        return False
    return is_stop(word) or is_plain(word)
