"""Labelled pairs of a claim and a source, for fitting the learned second stage and for measuring it.

For fitting, in :func:`read_training_pairs`: PubMedQA (MIT), SciFact (claims CC BY 4.0, abstracts ODC-By) and
``learned_pairs.jsonl``, written for this by hand. Their sentences are also changed by rule, in ways that turn a
statement round (a negation, an opposite, a number, two arms swapped), take its support away (a hedge dropped, a
quantifier raised, another subject) or leave it true (a lead-in, a part, the opposite of a swapped comparison).
For measuring only, in :func:`read_measured_pairs`: HealthVer, Climate-FEVER, CovidFact, AttributionBench and the claims
about the listing, none of which is ever fitted.
"""

import csv
import gzip
import json
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from benchmarks.claims import SAMPLE
from benchmarks.corpora import SHARED
from store.paper import Paper
from store.readers import read_papers
from store.text.sentences import sentence_spans

SAYS, SILENT, OPPOSES = 0, 1, 2
WRITTEN = Path(__file__).with_name("learned_pairs.jsonl")
_CLAIMS = SHARED / "eval" / "claims"


class Pair(NamedTuple):
    """A claim and the sentences of its source with a label; ``group`` keeps pairs of one document together."""

    claim: str
    source: tuple[str, ...]
    label: int
    group: str
    kind: str
    weight: float = 1.0


# Reading ---------------------------------------------------------------------------------------------------------


def split_text(text: str) -> tuple[str, ...]:
    """Split a text into its sentences."""
    text = " ".join(text.split())
    return tuple(text[start:end] for start, end in sentence_spans(text))


def read_lines(path: Path) -> Iterator[Any]:
    """Read the rows of a file of JSON lines, packed or not."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def read_scifact() -> list[Pair]:
    """Read SciFact with whole abstracts as sources."""
    return [
        Pair(row["claim"], clean_sentences(row["abstract_sentences"]), label, row["paper_id"], "scifact")
        for row in read_lines(_CLAIMS / "scifact_train.jsonl.gz")
        for label in [SAYS if row["label"] == "SUPPORT" else OPPOSES]
    ]


def clean_sentences(rows: Sequence[str]) -> tuple[str, ...]:
    """Fold the white space of sentences and drop the empty ones."""
    return tuple(text for row in rows if (text := " ".join(row.split())))


def read_written() -> list[Pair]:
    """Read the pairs that were written by hand."""
    return [
        Pair(claim, split_text(row["source"]), label, f"written {row['source'][:60]}", "written", 2.0)
        for row in (read_lines(WRITTEN) if WRITTEN.is_file() else ())
        for name, label in (("says", SAYS), ("silent", SILENT), ("opposes", OPPOSES))
        for claim in row[name]
    ]


def read_measured_pairs() -> dict[str, list[Pair]]:
    """Read the sets that are only measured; ``climate_a`` and ``healthver`` are for choices, the others confirm."""
    labels = {"SUPPORTS": SAYS, "REFUTES": OPPOSES, "NOT_ENOUGH_INFO": SILENT}
    climate = [
        Pair(row["claim"], (" ".join(part["evidence"].split()),), labels[part["evidence_label"]], row["claim_id"], half)
        for place, row in enumerate(read_lines(_CLAIMS / "climate_fever.jsonl.gz"))
        for half in ["climate_a" if place % 2 else "climate_b"]
        for part in row["evidences"]
    ]
    return {
        "healthver": list(_read_healthver()),
        "climate_a": [pair for pair in climate if pair.kind == "climate_a"],
        "climate_b": [pair for pair in climate if pair.kind == "climate_b"],
        "covidfact": [
            Pair(row["claim"], clean_sentences(row["evidence"]), label, row["gold_source"], "covidfact")
            for row in read_lines(_CLAIMS / "covidfact.jsonl.gz")
            for label in [SAYS if row["label"] == "SUPPORTED" else OPPOSES]
        ],
        "attributionbench": [
            Pair(
                row["claim"],
                tuple(part for text in row["references"] for part in split_text(text)),
                SAYS if row["attribution_label"] == "attributable" else SILENT,
                row["id"],
                row["src_dataset"],
            )
            for row in read_lines(_CLAIMS / "attributionbench_dev.jsonl.gz")
        ],
        "listing_dev": list(_read_listing()),
    }


def _read_healthver() -> Iterator[Pair]:
    labels = {"Supports": SAYS, "Refutes": OPPOSES, "Neutral": SILENT}
    with gzip.open(_CLAIMS / "healthver_dev.csv.gz", "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            yield Pair(row["claim"], split_text(row["evidence"]), labels[row["label"]], row["id"], "healthver")


def _read_listing() -> Iterator[Pair]:
    papers = [item for item in read_papers(SAMPLE) if isinstance(item, Paper)]
    for row in read_lines(_CLAIMS / "listing_dev.jsonl"):
        value = row.get("paper") or row["title"]
        keys = value if isinstance(value, list) else [value]
        texts = [next(p.abstract for p in papers if p.id == key or p.title.startswith(key)) for key in keys]
        label = SAYS if row["true"] else OPPOSES
        yield Pair(
            row["claim"], tuple(part for text in texts for part in split_text(text)), label, keys[0], row["kind"]
        )


# Changing sentences by rule ---------------------------------------------------------------------------------------

_TURNS = """
increase|decrease increases|decreases increased|decreased increasing|decreasing rise|fall rose|fell raised|lowered
higher|lower more|less greater|smaller better|worse longer|shorter larger|smaller faster|slower stronger|weaker
high|low improve|worsen improves|worsens improved|worsened improvement|deterioration positive|negative
positively|negatively effective|ineffective safe|unsafe common|rare frequent|infrequent before|after early|late
earlier|later older|younger inhibits|promotes inhibited|promoted inhibition|promotion activates|suppresses
activated|suppressed activation|suppression enhances|impairs enhanced|impaired reduces|increases reduced|increased
reduction|increase upregulated|downregulated with|without best|worst most|least majority|minority gain|loss
significant|insignificant significantly|insignificantly similar|different beneficial|harmful protective|harmful
able|unable possible|impossible necessary|unnecessary adequate|inadequate reliable|unreliable likely|unlikely
prevents|causes prevent|cause success|failure successful|unsuccessful survival|mortality severe|mild strong|weak
sufficient|insufficient related|unrelated dependent|independent required|optional always|never stable|unstable
accurate|inaccurate feasible|infeasible superior|inferior benefit|harm support|contradict above|below
""".split()
_LEADS = (
    "According to the study, {}",
    "The authors report that {}",
    "The study found that {}",
    "It was found that {}",
    "The paper reports that {}",
    "The results show that {}",
    "The authors conclude that {}",
)
_LIKE = """
show|demonstrate shows|demonstrates showed|demonstrated found|observed increase|rise reduce|lower reduced|lowered
used|employed examine|investigate examined|investigated assess|evaluate assessed|evaluated children|kids
large|big important|relevant method|approach methods|approaches results|findings study|investigation risk|danger
death|mortality deaths|fatalities patients|people physicians|doctors suggest|indicate suggests|indicates
associated|linked common|frequent begin|start reveal|show revealed|showed improve|enhance improves|enhances
improved|enhanced higher|greater lower|smaller decrease|decline decreased|declined decreases|declines
requires|needs required|needed however|but therefore|thus effective|efficacious treatment|therapy tumor|tumour
""".split()
_BOTH = [tuple(pair.split("|")) for pair in _TURNS]
_OPPOSITES = {a: b for first, second in reversed(_BOTH) for a, b in ((second, first), (first, second))}
_SYNONYMS = {
    a: b for pair in _LIKE for first, second in [pair.split("|")] for a, b in ((second, first), (first, second))
}
_COMPARED = _OPPOSITES.keys() & set(
    "higher lower more less greater smaller better worse longer shorter larger faster slower stronger weaker older "
    "younger earlier later superior inferior".split()
)
_WORD = re.compile(r"[A-Za-z]+")
_NUMBER = re.compile(r"(?<![\w.,/-])\d+(?:\.\d+)?(?![\w,/-]|\.\d)")
_AUXILIARY = re.compile(r"\b(is|was|are|were|can|could|did|does|do|has|have|had|will|would|should|may|might)\b(?! not)")
_PAST = re.compile(r"(?<=[a-z)] )(\w+?)(ed)\b(?= (?:the|a|an|in|with|by|from|to|significantly|all|both)\b)")
_NOTS = (
    (re.compile(r"\b(is|was|are|were|can|could|did|does|do|has|have|had|will|would|should) not "), r"\1 "),
    (re.compile(r"\bcannot\b"), "can"),
    (re.compile(r"\bno significant\b"), "a significant"),
    (re.compile(r"\bno (?=difference|association|effect|correlation|evidence|change|increase)"), "a clear "),
    (re.compile(r"\b[Nn]o\b"), "some"),
    (re.compile(r"\bwithout\b"), "with"),
    (re.compile(r"\bneither\b(.*?)\bnor\b"), r"both\1and"),
)
_HEDGES = (
    (re.compile(r"\b(?:may|might|could|can) be\b"), "is"),
    (re.compile(r"\b(?:may|might|could) (?=[a-z]+\b)"), "does "),
    (re.compile(r"\b(?:appears?|seems?) to be\b"), "is"),
    (re.compile(r"\b(?:appeared|seemed) to be\b"), "was"),
    (re.compile(r"\b(?:probably|possibly|perhaps|potentially|presumably) "), ""),
    (re.compile(r"\bsuggest(s?|ed)\b"), r"prove\1"),
    (re.compile(r"\b(?:some|several|many|most)\b"), "all"),
    (re.compile(r"\b(?:often|usually|sometimes|frequently|generally)\b"), "always"),
    (re.compile(r"\b(?:associated|correlated) with\b"), "caused by"),
)
_BRACKET = re.compile(r"\s*\([^()]*\)")
_SIDES = re.compile(
    r"\b(in|for|among|with|on|by)? ?((?:the )?(?:[\w-]+ ){0,2}[\w-]+) "
    r"(than|compared with|compared to|versus|vs\.?|as opposed to) "
    r"(?:(?:in|for|among|with|on|by) )?((?:the )?(?:[\w-]+ ){0,2}[\w-]+)(?=[ .,;]|$)"
)


def turn_number(text: str, random: Random) -> str | None:
    """Change one number."""
    matches = [m for m in _NUMBER.finditer(text) if m[0] not in ("0", "1", "95")]
    if not matches:
        return None
    match = random.choice(matches)
    value, digits = float(match[0]), len(match[0].partition(".")[2])
    other = value * random.choice((0.4, 0.6, 0.75, 1.25, 1.5, 2, 10)) + random.choice((0, 1))
    changed = f"{other:.{digits}f}"
    return text[: match.start()] + changed + text[match.end() :] if changed != match[0] else None


def swap_numbers(text: str, random: Random) -> str | None:
    """Swap two numbers."""
    matches = [m for m in _NUMBER.finditer(text) if m[0] not in ("95",)]
    pairs = [
        (a, b)
        for a, b in pairwise(matches)
        if a[0] != b[0] and text[a.end() : a.end() + 1] == text[b.end() : b.end() + 1]
    ]
    if not pairs:
        return None
    a, b = random.choice(pairs)
    return text[: a.start()] + b[0] + text[a.end() : b.start()] + a[0] + text[b.end() :]


def turn_word(text: str, random: Random) -> str | None:
    """Put the opposite in for one word."""
    return _swap_word(text, _OPPOSITES, random)


def _swap_word(text: str, table: dict[str, str], random: Random) -> str | None:
    matches = [m for m in _WORD.finditer(text) if m[0] in table]
    if not matches:
        return None
    match = random.choice(matches)
    return text[: match.start()] + table[match[0]] + text[match.end() :]


def put_synonym(text: str, random: Random) -> str | None:
    """Put words of like sense in for up to three words."""
    changed = _swap_word(text, _SYNONYMS, random)
    for _ in range(2):
        changed = (changed and _swap_word(changed, _SYNONYMS, random)) or changed
    return changed if changed != text else None


def add_negation(text: str, random: Random) -> str | None:
    """Deny a statement."""
    matches = list(_AUXILIARY.finditer(text))
    if matches and (match := random.choice(matches[:2])):
        return text[: match.end()] + " not" + text[match.end() :]
    past = _PAST.search(text)
    if past:
        stem = past[1] + ("e" if past[1][-1] in "sczuvrg" or past[1].endswith(("at", "in", "ul")) else "")
        return text[: past.start()] + "did not " + stem + text[past.end() :]
    return None


def drop_negation(text: str, random: Random) -> str | None:
    """Affirm what is denied."""
    fitting = [(pattern, by) for pattern, by in _NOTS if pattern.search(text)]
    if not fitting:
        return None
    pattern, by = random.choice(fitting)
    return pattern.sub(by, text, count=1)


def drop_hedge(text: str, random: Random) -> str | None:
    """Say for sure, of all or as a cause what is said with care."""
    fitting = [(pattern, by) for pattern, by in _HEDGES if pattern.search(text)]
    if not fitting:
        return None
    pattern, by = random.choice(fitting)
    return pattern.sub(by, text, count=1)


def swap_sides(text: str, random: Random) -> str | None:
    """Swap the two sides of a comparison."""
    del random
    match = _SIDES.search(text)
    if not match or match[2].lower() == match[4].lower():
        return None
    first, second = match.span(2), match.span(4)
    return text[: first[0]] + match[4] + text[first[1] : second[0]] + match[2] + text[second[1] :]


def mirror_sides(text: str, random: Random) -> str | None:
    """Swap the two sides of a comparison and turn its word: true again."""
    swapped = swap_sides(text, random)
    words = [m for m in _WORD.finditer(swapped or "") if m[0] in _COMPARED]
    if not swapped or len(words) != 1:
        return None
    return swapped[: words[0].start()] + _OPPOSITES[words[0][0]] + swapped[words[0].end() :]


def add_lead(text: str, random: Random) -> str | None:
    """Set a lead-in before a statement."""
    first = text if re.match(r"\w*[A-Z0-9]\w*[A-Z0-9]", text) else text[:1].lower() + text[1:]
    return random.choice(_LEADS).format(first)


def take_part(text: str, random: Random) -> str | None:
    """Take away what stands in brackets, or one of two statements."""
    parts = re.split(r"; |, (?:and|but|while|whereas) (?=(?:the|a|there|this|these|it|patients|in)\b)", text)
    long = [part for part in parts if len(part.split()) >= 6]
    if len(parts) > 1 and long:
        part = random.choice(long)
        return part[:1].upper() + part[1:].rstrip(".") + "."
    bare = _BRACKET.sub("", text)
    return bare if bare != text and len(bare.split()) >= 5 else None


Change = Callable[[str, Random], str | None]
CHANGES: dict[str, tuple[int, Change]] = {
    "number": (OPPOSES, turn_number),
    "arms": (OPPOSES, swap_numbers),
    "antonym": (OPPOSES, turn_word),
    "negation": (OPPOSES, add_negation),
    "affirmation": (OPPOSES, drop_negation),
    "groups": (OPPOSES, swap_sides),
    "hedge": (SILENT, drop_hedge),
    "mirror": (SAYS, mirror_sides),
    "lead": (SAYS, add_lead),
    "part": (SAYS, take_part),
    "synonym": (SAYS, put_synonym),
}


def change_sentence(text: str, random: Random) -> Iterator[tuple[str, str, int]]:
    """Make the changed forms of a sentence: each with its kind and its label towards the sentence."""
    for kind, (label, change) in CHANGES.items():
        changed = change(text, random)
        if changed is None or changed == text:
            continue
        if random.random() < 0.4 and kind != "synonym":
            changed = put_synonym(changed, random) or changed
        if random.random() < 0.25 and kind != "part":
            changed = _BRACKET.sub("", changed)
            if kind in ("number", "arms") and changed == _BRACKET.sub("", text):
                continue
        if random.random() < 0.25 and kind != "lead":
            changed = add_lead(changed, random) or changed
        yield kind, changed, label


# The pairs for fitting --------------------------------------------------------------------------------------------

_PUBMEDQA = SHARED / "eval" / "pubmedqa_dev.jsonl.gz"
_ASKED = re.compile(r"^(?:is|are|was|were|does|do|did|can|could|has|have|should|will|would) ", re.IGNORECASE)


def read_training_pairs(seed: int = 0, documents: Sequence[str] | None = None) -> list[Pair]:
    """Read and make the pairs for fitting.

    Args:
        seed: Fixes the changes that are drawn.
        documents: The papers of SciFact that may be used; all without them.
    """
    random = Random(seed)
    kept = None if documents is None else set(documents)
    pairs = [*read_written(), *make_from_pubmedqa(random)]
    pairs += make_from_scifact([pair for pair in read_scifact() if kept is None or pair.group in kept], random)
    random.shuffle(pairs)
    return pairs


def make_from_pubmedqa(random: Random) -> Iterator[Pair]:
    """Make pairs of the questions, conclusions and sentences of PubMedQA."""
    rows = list(read_lines(_PUBMEDQA))
    everything = [split_text(" ".join(row["contexts"])) for row in rows]
    for place, row in enumerate(rows):
        sentences, conclusion, group = everything[place], split_text(row["conclusion"]), f"pubmedqa {row['id']}"
        whole = (*sentences, *conclusion)
        label = {"yes": SAYS, "no": OPPOSES, "maybe": SILENT}[row["decision"]]
        asked = row["question"].rpartition(": ")[2].rstrip("?")
        if _ASKED.match(asked) and (row["decision"] != "maybe"):
            asked = _ASKED.sub("", asked)
            asked = asked[:1].upper() + asked[1:] + "."
            yield Pair(asked, conclusion, label, group, "question")
            yield Pair(asked, sentences, label, group, "question", 0.7)
        for text in conclusion[:2]:
            if 8 <= len(text.split()) <= 45:
                yield Pair(text, sentences, SAYS, group, "conclusion", 0.5)
                for kind, changed, changed_label in choose_changes(change_sentence(text, random), random, 1):
                    if changed_label != SAYS:
                        yield Pair(changed, sentences, changed_label, group, f"conclusion {kind}", 0.5)
        other = everything[(place + 1 + random.randrange(len(rows) - 1)) % len(rows)]
        yield Pair(random.choice(other), whole, SILENT, group, "other paper", 0.5)
        usable = [text for text in whole if 8 <= len(text.split()) <= 45]
        for text in random.sample(usable, min(4, len(usable))):
            yield from _make_from_sentence(text, whole, group, random)


def _make_from_sentence(text: str, whole: Sequence[str], group: str, random: Random) -> Iterator[Pair]:
    for kind, changed, label in choose_changes(change_sentence(text, random), random, 3):
        yield Pair(changed, tuple(whole), label, group, kind)
    if random.random() < 0.3:
        rest = tuple(part for part in whole if part != text)
        yield Pair(text, rest, SILENT, group, "left out", 0.6)


def choose_changes(changes: Iterator[tuple[str, str, int]], random: Random, count: int) -> list[tuple[str, str, int]]:
    """Choose changes so that true and false ones are about as many, and the rarer kinds come first."""
    rows = list(changes)
    random.shuffle(rows)
    rare = {"groups": 0, "mirror": 0, "hedge": 1, "affirmation": 1, "arms": 1, "lead": 3}
    rows.sort(key=lambda row: rare.get(row[0], 2))
    true, false = [row for row in rows if row[2] == SAYS], [row for row in rows if row[2] != SAYS]
    mixed = [row for both in zip(true, false, strict=False) for row in both] or rows
    if random.random() < 0.5:
        mixed.reverse()
    return (mixed + [row for row in rows if row not in mixed])[:count]


def make_from_scifact(pairs: Sequence[Pair], random: Random) -> Iterator[Pair]:
    """Make pairs of labelled claims: as they are, turned round, and beside another paper."""
    for pair in pairs:
        yield pair._replace(weight=2.0)
        for change in (turn_word, drop_negation, add_negation):
            changed = change(pair.claim, random)
            if changed and changed != pair.claim and (pair.label == SAYS or change is not add_negation):
                yield pair._replace(claim=changed, label=2 - pair.label, kind="scifact turned", weight=0.7)
                break
        other = random.choice(pairs)
        if other.group != pair.group and random.random() < 0.5:
            yield pair._replace(claim=other.claim, label=SILENT, kind="scifact other", weight=0.5)
    for group, source in {pair.group: pair.source for pair in pairs}.items():
        usable = [text for text in source if 8 <= len(text.split()) <= 45]
        for text in random.sample(usable, min(2, len(usable))):
            yield from _make_from_sentence(text, source, group, random)
