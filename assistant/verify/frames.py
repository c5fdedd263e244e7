"""Frames: what a sentence only aims at, asks, supposes, plans, calls for, reports of others or sets aside.

Words in a frame are no result of the paper. A claim may repeat them with the same frame, and not without it.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from assistant.verify.alignment import Alignment
from assistant.verify.source import Sentence
from assistant.verify.tokens import REMEMBERED, Word, WordRow, is_cue, is_cue_stem, is_plain, stem_word

FrameKind = Literal["aim", "question", "subject", "belief", "condition", "need", "plan", "prior", "aside", "model"]

# How a frame is called in the reason for a reader.
_CALLED: dict[FrameKind, str] = {
    "aim": "the source has this as an aim",
    "question": "the source has this as a question or a hypothesis",
    "subject": "the source has this as what is studied, not as what was found",
    "belief": "the source has this as what others say",
    "condition": "the source has this as a condition",
    "need": "the source has this as what is needed",
    "plan": "the source has this as what is to come",
    "prior": "the source says this of earlier or usual work",
    "aside": "the source says this of what it compares with",
    "model": "the source says this of a simulation, of cells or of animals",
}
# All chosen by hand while the errors on part dev of the claims about the sample were read; none was swept.
# The share of the matched words of a claim that has to stand in a frame; of a sentence about others, nearly all.
_MOSTLY = 0.6
# How many words after the opening of a clause its subject is looked for.
_SUBJECT = 4
# How many words of a predicate have to stand in what is set aside.
_LEAST_PREDICATE = 2
# What sets the second of two things beside the first, or apart from it.
_BESIDE = frozenset(
    "and or not but while whereas although though against from to between beyond over than as like unlike".split()
)
# Within how many words after "we investigated" stands what was: "the long-term effects of".
_LOOKED_AT = 4
# How many words after "simulated" are what is simulated.
_SIMULATED = 6


class Frame(NamedTuple):
    """A frame of a sentence: its kind, the place of the word that opens it, and the places that it covers."""

    kind: FrameKind
    opener: int
    places: frozenset[int]


def read_frames(sentence: Sentence) -> list[Frame]:
    """Read the frames of a sentence; a question is one as a whole."""
    words = sentence.words
    if sentence.folded.rstrip(" \"')").endswith("?"):
        return [Frame("question", 0, frozenset(range(len(words))))]
    openers = dict(_read_openers(words))
    frames = (_read_frame(sentence, place, openers.get(place)) for place in range(len(words)))
    return [frame for frame in frames if frame is not None]


@lru_cache(maxsize=REMEMBERED)
def _read_openers(words: WordRow) -> tuple[tuple[int, FrameKind], ...]:
    """Read which words open a frame, and of which kind."""
    kinds = ((place, _read_opener(words, place)) for place in range(len(words)))
    return tuple((place, kind) for place, kind in kinds if kind is not None)


def _read_frame(sentence: Sentence, place: int, kind: FrameKind | None) -> Frame | None:
    words = sentence.words
    subject = _find_subject_places(sentence, place)
    if subject:
        return Frame("subject", place, subject)
    if kind is None:
        return None
    if kind == "model":
        return Frame(kind, place, _find_model_places(words, place))
    return Frame(kind, place, frozenset(range(place, _find_end(sentence, place, kind))))


def _find_subject_places(sentence: Sentence, place: int) -> frozenset[int]:
    """Find what is looked into: "the effects of X were studied", "we studied the effects of X", "Effects of X on Y".

    That there is an effect, a role or a link is no finding where it is the subject of a study, or of a title.
    """
    words = sentence.words
    if _is_title(sentence) and _is_looked_into(words, place) and _starts_clause(words, place):
        places = range(place, _find_end(sentence, place, "subject"))
        # "Effects of honey on sleep are small" is a finding.
        return frozenset(() if any(is_cue("be", words[here].low) for here in places) else places)
    if not is_cue_stem("looks_into", words[place].stem):
        return frozenset()
    if words[place].low.endswith("ed") and any(is_cue("be", word.low) for word in words[max(0, place - 2) : place]):
        return _find_passive_subject(words, place)
    following = range(place + 1, min(len(words), place + 1 + _LOOKED_AT))
    if not any(_is_looked_into(words, here) for here in following) or words[place + 1].low.endswith("ed"):
        return frozenset()  # "Benchmark tests showed an effect."
    # What stands before is who did so; behind "our" it is a noun.
    is_told = place > 0 and (words[place - 1].low == "we" or is_cue_stem("works", words[place - 1].stem))
    return frozenset(range(place, _find_end(sentence, place, "subject"))) if is_told else frozenset()


def _find_passive_subject(words: Sequence[Word], place: int) -> frozenset[int]:
    """Find the effect or the link that is the subject of "were studied": no other verb or clause is between them."""
    be = max(here for here in range(max(0, place - 2), place) if is_cue("be", words[here].low))
    opener = next((here for here in range(be) if _is_looked_into(words, here)), be)
    between = words[opener:be]
    apart = any(is_cue("be", word.low) or is_cue("subordinate", word.low) for word in between)
    return frozenset(range(opener, place)) if between and not apart else frozenset()


def _is_looked_into(words: Sequence[Word], place: int) -> bool:
    """Tell whether a word names an effect or a link: no verb as in "is linked with", no part of "link prediction"."""
    word = words[place]
    return (
        is_cue_stem("looked_into", word.stem)
        and not word.low.endswith("ed")
        and (place + 1 == len(words) or is_cue("after_nouns", words[place + 1].low))
    )


def _is_title(sentence: Sentence) -> bool:
    return not sentence.end


def _read_opener(words: Sequence[Word], place: int) -> FrameKind | None:
    """Read the kind of frame that a word opens; None for most."""
    word = words[place]
    after = words[place + 1].low if place + 1 < len(words) else ""
    before = words[place - 1].low if place else ""
    if is_cue_stem("aims", word.stem) and before != "no":
        return "aim"
    if word.low == "to" and after and not after.endswith("ing"):
        # At the very beginning, or behind a label of a few words ("BACKGROUND AND OBJECTIVES: To determine …").
        opens = not place or (place <= _SUBJECT and word.clause != words[place - 1].clause)
        if opens or before in ("order", "that"):
            return "aim"
    if word.low in ("toward", "towards") and is_cue("steps", before):
        return "aim"
    if is_cue_stem("supposes", word.stem):
        return "question"
    if is_cue("others", word.low) or (is_cue_stem("believes", word.stem) and before not in ("we", "i")):
        return "belief"
    if word.low in ("if", "unless") or (word.low in ("assuming", "suppose", "provided") and after == "that"):
        return "condition"
    if (word.low == "need" and after in ("to", "for", "of")) or (
        word.low in ("should", "remains") and after in ("to", "be")
    ):
        return "need"
    if word.low in ("will", "shall") or (is_cue_stem("plans", word.stem) and after in ("to", "a", "an", "the")):
        return "plan"
    if word.low == "future" and after in ("work", "research", "studies"):
        return "plan"
    if _opens_aside(words, place):
        return "aside"
    if is_cue("earlier", word.low) and _starts_clause(words, place):
        return "prior"
    return "model" if _opens_model(words, place) else None


def _opens_aside(words: Sequence[Word], place: int) -> bool:
    """Tell whether what follows is only compared with: "unlike", "in contrast to", "compared with", "instead of"."""
    low = words[place].low
    following = [word.low for word in words[place + 1 : place + 3]]
    if low == "unlike" or (following[:1] == ["from"] and is_cue_stem("departs", words[place].stem)):
        return True
    if low in ("contrast", "opposed", "relative", "contrary") and following[:1] == ["to"]:
        return place > 0 and words[place - 1].low not in ("we", "by")
    if low == "compared" and following[:1] in (["to"], ["with"]):
        return not place or not is_cue("be", words[place - 1].low)
    return (low, *following[:1]) in (("instead", "of"), ("rather", "than"))


def _opens_model(words: Sequence[Word], place: int) -> bool:
    low, before = words[place].low, words[place - 1].low if place else ""
    if is_cue("simulated", low):
        return all(word.low not in ("real", "actual") for word in words)
    return (low in ("vitro", "silico") and before == "in") or (is_cue("animals", low) and before in ("in", "of"))


def _find_model_places(words: Sequence[Word], place: int) -> frozenset[int]:
    """Find what is only simulated, a few words, or what was seen in cells or animals, the sentence."""
    if is_cue("simulated", words[place].low):
        return frozenset(range(place + 1, min(len(words), place + 1 + _SIMULATED)))
    return frozenset(range(len(words)))


def _starts_clause(words: Sequence[Word], place: int) -> bool:
    """Tell whether a word is among the first of its clause, so that it belongs to the subject."""
    clause = words[place].clause
    before = [word for word in words[max(0, place - _SUBJECT) : place] if word.clause == clause]
    return len(before) < _SUBJECT and all(word.stop or is_plain(word.low) for word in before)


def _find_end(sentence: Sentence, place: int, kind: FrameKind) -> int:
    """Find where a frame ends: with its clause, or where the authors or a turn take over."""
    words = sentence.words
    depth = 0
    for target in range(place + 1, len(words)):
        word = words[target]
        between = sentence.folded[words[target - 1].start + len(words[target - 1].text) : word.start]
        depth += between.count("(") - between.count(")")
        if is_cue("own", word.low) or is_cue("turns", word.low):
            return target
        if kind == "subject" and _opens_finding(words, target):
            return target
        if depth > 0 or kind in ("prior", "belief"):
            continue
        if kind == "aside":
            if any(sign in between for sign in ",;:"):
                return target
        elif word.clause != words[target - 1].clause and not _takes_steps(words[place].low):
            return target
    return len(words)


def _opens_finding(words: Sequence[Word], place: int) -> bool:
    """Tell whether what was found follows: "we studied the effects of X and found", "… and show that"."""
    following = [word.low for word in words[place + 1 : place + 3]]
    return words[place].low == "and" and (
        following[1:] == ["that"] or any(low.endswith("ed") or is_cue("verbs", low) for low in following[:1])
    )


def _takes_steps(low: str) -> bool:
    """Tell whether a frame is all that a step is made towards, the clauses of a list included."""
    return low in ("toward", "towards")


def find_unframed(alignment: Alignment) -> Iterator[str]:
    """Find the frames of a sentence that a claim leaves out though most of its words stand in them.

    Args:
        alignment: The claim beside the sentence that carries it best.

    Yields:
        What the source has it as, in words for a reader.
    """
    own = read_frames(alignment.claim)
    ours = {frame.kind for frame in own if frame.kind != "aside"}
    aside = {place for frame in own if frame.kind == "aside" for place in frame.places}
    matched = {here: there for here, there in _locate_words(alignment).items() if here not in aside}
    theirs = read_frames(alignment.sentence)
    if not matched:
        return
    for frame in theirs:
        if frame.kind in ours or _is_named(alignment, frame):
            continue
        inside = {here for here, there in matched.items() if there in frame.places}
        alike = frame.kind == "aside" and any(frame.places.intersection(alignment.places_of(here)) for here in aside)
        if alike and len(inside) < _MOSTLY * len(matched):
            continue  # Both set the same thing apart.
        if _covers(alignment, frame, inside, set(matched)):
            yield f"{_CALLED[frame.kind]} (“{alignment.sentence.words[frame.opener].text}”)"
    if "plan" in ours and not any(frame.kind in ("plan", "aim", "need") for frame in theirs):
        yield "the source does not have this as what is to come"


def _locate_words(alignment: Alignment) -> dict[int, int]:
    """Locate each word of the claim that the sentence has at its most alike place."""
    return {
        here: alignment.nearest_of(here, match.places)[1]
        for here, match in enumerate(alignment.matches)
        if match.places and not alignment.claim.words[here].stop
    }


def _covers(alignment: Alignment, frame: Frame, inside: set[int], matched: set[int]) -> bool:
    """Tell whether a frame covers what the claim asserts."""
    if not inside:
        return False
    if frame.kind == "plan" and not _tells_of_past(alignment.claim.words):
        return False  # "It will need years" is "it needs years".
    if frame.kind == "prior":
        if _denies(alignment.claim.words) and _denies(alignment.sentence.words[max(frame.places) + 1 :]):
            return False  # "Prior work needs labels; our method does not."
        return len(inside) >= _MOSTLY * len(matched) and _has_own_subject(alignment)
    if frame.kind == "model" and is_cue("simulated", alignment.sentence.words[frame.opener].low):
        return any(not is_plain(alignment.claim.words[here].low) for here in inside)
    if frame.kind == "aside" and (
        _has_subject_in(alignment, frame, matched) or _has_predicate_in(alignment.claim.words, inside, matched)
    ):
        return True
    return len(inside) >= _MOSTLY * len(matched)


def _has_subject_in(alignment: Alignment, frame: Frame, matched: set[int]) -> bool:
    """Tell whether a claim is about what the source only sets aside, and says of it what that says of others."""
    words = alignment.claim.words
    if any(word.low in ("than", "as", "like") for word in words):
        return False
    outside = {here for here in matched if not frame.places.issuperset(alignment.places_of(here))}
    return min(matched) not in outside and bool(outside)


def _has_predicate_in(words: Sequence[Word], inside: set[int], matched: set[int]) -> bool:
    """Tell whether a claim says of its own subject what the source only sets aside: "Unlike B, which needs C, A …"."""
    outside = matched - inside
    if not outside or len(inside) < _LEAST_PREDICATE or max(outside) > min(inside):
        return False
    between = words[max(outside) + 1 : min(inside)]
    return not any(_compares(words[here]) for here in outside) and not any(word.low in _BESIDE for word in between)


def _compares(word: Word) -> bool:
    """Tell whether a word says that one thing is more, better or other than another one."""
    stems = ("better", "worse", "changes", "alike", "mutual", "departs")
    return is_cue("up", word.low) or is_cue("down", word.low) or any(is_cue_stem(stem, word.stem) for stem in stems)


def _tells_of_past(words: Sequence[Word]) -> bool:
    return any(word.low.endswith("ed") or is_cue("past", word.low) for word in words)


def _denies(words: Sequence[Word]) -> bool:
    return any(is_cue("denies", word.low) or word.low.endswith("n't") for word in words)


def _has_own_subject(alignment: Alignment) -> bool:
    """Tell whether a claim speaks of the paper's own work: "the method", "they", or a name that the sentence lacks."""
    for place, word in enumerate(alignment.claim.words[: 2 * _SUBJECT]):
        if is_cue("authors", word.low):
            return True
        if word.stop:
            continue
        if is_cue_stem("works", word.stem):
            return not alignment.claim.words[place - 1].low.startswith(("a", "some", "many", "most")) or not place
        if is_plain(word.low) and not alignment.places_of(place):
            continue  # "The proposed method".
        named = any(name.covers_character(word.start) for name in alignment.claim.names)
        return named and not alignment.places_of(place)
    return False


def _is_named(alignment: Alignment, frame: Frame) -> bool:
    """Tell whether a claim has a word of its own for a frame; one that tells what is compared has it for both sides."""
    words: Sequence[Word] = alignment.claim.words
    if frame.kind == "aside":
        if any(tells_comparison(words, place) for place in range(len(words))):
            return True
        # An "over" that the source has elsewhere sets something else apart.
        source = enumerate(alignment.sentence.words)
        elsewhere = {word.low for place, word in source if place not in frame.places}
        words = [word for word in words if word.low not in elsewhere]
    name = f"names_{frame.kind}"
    return any(is_cue(name, word.low) or is_cue_stem(name, word.stem) for word in words)


def tells_comparison(words: Sequence[Word], place: int) -> bool:
    """Tell whether a word says that things are compared: "compared A with B", "A was compared with B"."""
    return words[place].stem == stem_word("compare") and not _opens_aside(words, place)
