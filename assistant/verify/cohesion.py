"""Cohesion: whether the words of each clause of a claim stand together in its source, not strewn over an abstract."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from assistant.verify.alignment import SPECIFIC, ClaimEvidence, SentenceMatch
from assistant.verify.names import find_spelled_acronyms
from assistant.verify.source import SourceText
from assistant.verify.tokens import Word, is_cue, is_cue_stem

# The share of the words of a clause that may be from elsewhere: of .17 to .34 the most, chosen on part dev of the
# claims about the sample and on SciFact (a false claim more against six true ones). The others were chosen by hand on
# part dev.
# What the paper comes back to in so many sentences is its topic, which "it" stands for anywhere.
_MOST_APART = 0.34
# In a clause of so many telling words at the most, none may be from elsewhere.
_SHORT = 3
_TOPIC = 2
# The last character at which the name that a claim speaks of begins.
_EARLY = 4
# Papers that a claim is about both of, and words of a subject that is no accident.
_TWO = 2
# Among how many first words a sentence refers to the one before.
_OPENING = 10
# Among how many first words its subject is.
_SUBJECT = 4
# The share of the best score with which a sentence carries the claim as well.
_AGAIN = 0.6


def find_strewn_words(evidence: ClaimEvidence, sources: Sequence[SourceText]) -> Iterator[tuple[str, ...]]:
    """Find the clauses of a claim whose words the source has only apart from each other."""
    used = sorted({match.source for match in evidence.chosen})
    spelled = {
        place for source in used for place in find_spelled_acronyms(evidence.claim.words, sources[source].acronyms)
    }
    for clause in _split_clauses(evidence.claim.words):
        telling = [
            place
            for place in clause
            if evidence.weight[place] == SPECIFIC
            and evidence.levels[place]
            and place not in spelled
            and not _is_topic(evidence, place, sources)
        ]
        rows = {source: [match for match in evidence.ranked if match.source == source] for source in used}
        apart = _find_apart(evidence, telling, rows, sources)
        if len(apart) > (_MOST_APART * len(telling) if len(telling) > _SHORT else 0):
            yield tuple(evidence.claim.words[place].text for place in apart)


def _split_clauses(words: Sequence[Word]) -> Iterator[list[int]]:
    """Split a claim where a clause or the member of a list ends."""
    number = 0
    numbers = []
    for place, word in enumerate(words):
        if (
            place
            and (word.clause != words[place - 1].clause or is_cue("joins", word.low))
            and not is_cue("subordinate", word.low)
        ):
            number += 1
        numbers.append(number)
    for _, group in groupby(range(len(words)), key=lambda place: numbers[place]):
        yield list(group)


def _is_topic(evidence: ClaimEvidence, place: int, sources: Sequence[SourceText]) -> bool:
    """Tell whether a word belongs to a name or is what a paper is about."""
    word = evidence.claim.words[place]
    for source in sources:
        if word.stem in source.title.stems or word.stem in source.record.stems:
            return True
        if sum(word.stem in sentence.stems for sentence in source.sentences) >= _TOPIC:
            return True
    return False


def _find_apart(
    evidence: ClaimEvidence,
    telling: Sequence[int],
    rows: dict[int, list[SentenceMatch]],
    sources: Sequence[SourceText],
) -> list[int]:
    """Find the words of a clause that the best sentence, with a neighbour, does not hold."""
    left = list(telling)
    for source, matches in rows.items():
        by_start = {match.sentence.start: match for match in matches if match.sentence.end}
        order = [by_start[sentence.start] for sentence in sources[source].sentences]
        extras = [match for match in matches if not match.sentence.end]
        groups = [
            [*order[index : index + 1 + _refers_back(order[index], order[index + 1 : index + 2])], *extras]
            for index in range(len(order))
        ] or [extras]
        missing = [[place for place in left if not any(_has(match, place) for match in group)] for group in groups]
        left = min(missing, key=len)
    return left


def _refers_back(best: SentenceMatch, following: Sequence[SentenceMatch]) -> bool:
    """Tell whether the next sentence goes on about the same: "it", "these", "our", or "the" and a word of the first."""
    for match in following:
        opening = match.sentence.words[:_SUBJECT]
        if opening and opening[0].low == "the" and any(word.stem in best.sentence.stems for word in opening[1:]):
            return True
    return any(
        is_cue("pointers", word.low) or (place < _OPENING and is_cue("anaphors", word.low))
        for match in following
        for place, word in enumerate(match.sentence.words)
    )


def _has(match: SentenceMatch, place: int) -> bool:
    return bool(match.alignment.matches[place].level or match.alignment.opposites_of(place))


def find_next_sentence(evidence: ClaimEvidence, sources: Sequence[SourceText]) -> SentenceMatch | None:
    """Find the sentence that goes on about what the best one says, if the next one does."""
    if not evidence.chosen or not evidence.chosen[0].sentence.end:
        return None
    best = evidence.chosen[0]
    starts = [sentence.start for sentence in sources[best.source].sentences]
    place = starts.index(best.sentence.start) + 1
    following = [
        match
        for match in evidence.ranked
        if match.source == best.source
        and place < len(starts)
        and match.sentence.end
        and match.sentence.start == starts[place]
    ]
    return following[0] if following and _refers_back(best, following) else None


def find_early_subject(evidence: ClaimEvidence, sources: Sequence[SourceText]) -> str | None:
    """Find a name that a claim speaks of, where the source says the rest before it first comes to that name.

    What stands before the first mention of a name is the background: "it" cannot stand there for what comes later.
    """
    names = evidence.claim.names
    if not names or not evidence.chosen or names[0].start > _EARLY:
        return None
    best, name = evidence.chosen[0], names[0]
    places = [place for place, word in enumerate(evidence.claim.words) if name.covers_character(word.start)]
    sentences = sources[best.source].sentences
    mentions = [
        sentence.start
        for sentence in sentences
        if any(evidence.claim.words[place].stem in sentence.stems for place in places)
    ]
    after = evidence.claim.words[places[-1] + 1].low if places and places[-1] + 1 < len(evidence.claim.words) else ""
    again = any(match.sentence.start in mentions and match.score >= _AGAIN * best.score for match in evidence.chosen)
    early = best.sentence.end and mentions and best.sentence.start < min(mentions) and not again
    return name.text if early and not is_cue("after_nouns", after) else None


def find_foreign_subject(evidence: ClaimEvidence) -> str | None:
    """Find the subject of a claim that no sentence has, of two words or more, none of them for a paper's work."""
    run: list[str] = []
    for place, word in enumerate(evidence.claim.words):
        if word.stop or not evidence.weight[place]:
            if run and word.low != "that":
                break
            run = []  # What stands before a "that" only leads in.
            continue
        if evidence.levels[place] or is_cue_stem("works", word.stem) or is_cue_stem("asks", word.stem):
            break
        run.append(word.text)
    return " ".join(run) if len(run) >= _TWO else None


def find_unshared_words(evidence: ClaimEvidence, sources: Sequence[SourceText]) -> list[str]:
    """Find the words of a claim about "both" papers that one of them does not have."""
    words = evidence.claim.words
    if len(sources) < _TWO or not any(is_cue("together", word.low) for word in words):
        return []
    named = {
        place
        for place, word in enumerate(words)
        if any(name.covers_character(word.start) for name in evidence.claim.names)
    }
    topics = {stemmed for source in sources for stemmed in source.title.stems}
    return [
        word.text
        for place, word in enumerate(words)
        if evidence.weight[place] == SPECIFIC
        and place not in named
        and word.stem not in topics
        and len({match.source for match in evidence.ranked if match.alignment.matches[place].level}) < len(sources)
    ]
