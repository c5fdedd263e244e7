"""Facts of a paper: short typed sentences, each bound to the one sentence of the abstract that states it.

A model proposes them, once for each paper, and every report and table of the library takes what was kept. A fact in a
model's words counts where the rules of the check find nothing against it in its sentence; else the sentence itself is
the fact. Without an answer that can be read the facts are sentences that the rules of roles choose.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from assistant.report.sentence_choice import Telling, rate_sentences, stands_alone
from assistant.types import Support, Usage
from assistant.verify.check import verify
from assistant.verify.injection import find_injection_start, strip_injections
from store.paper import Frozen, Paper
from store.text.clean import clean_characters
from store.text.sentences import Span, sentence_spans

MOST = 6
"""Facts that a model is asked for of a paper; abstracts of the sample state three to six. Chosen by hand."""
RULES = "rules"
# Characters of a fact, of a title and of what is read of a reply; chosen by hand, not measured.
_LONGEST, _LONGEST_TITLE, _LONGEST_REPLY = 240, 400, 50_000


class FactKind(StrEnum):
    """What a fact tells of its paper."""

    AIM = "aim"
    METHOD = "method"
    DATA = "data"
    RESULT = "result"
    LIMITATION = "limitation"
    OPEN = "open"


class Fact(Frozen):
    """One thing that a paper states.

    Attributes:
        kind: What it tells.
        text: In a model's words, or its sentence.
        quote: The sentence that states it: ``quote == paper.abstract[start:end]``.
        start: Where the sentence begins.
        end: Where it ends.
    """

    kind: FactKind
    text: str
    quote: str
    start: int
    end: int


class PaperFacts(Frozen):
    """The facts of a paper, in the order of its abstract.

    Attributes:
        facts: The facts.
        by: Whose they are: a model's name or ``rules``.
        usage: What they took.
    """

    facts: tuple[Fact, ...] = ()
    by: str = RULES
    usage: Usage = Usage()

    def find(self, kind: FactKind | None) -> Fact | None:
        """Return the first fact of a kind, None where there is none."""
        return next((fact for fact in self.facts if fact.kind is kind), None)

    def list_texts(self, kinds: Iterable[FactKind]) -> list[str]:
        """List the facts of some kinds, in words."""
        chosen_kinds = {*kinds}
        return [fact.text for fact in self.facts if fact.kind in chosen_kinds]


# What tells each kind without a model; limits and open questions are such by these rules alone, whatever a model says:
# it takes the problem that a paper solves for one that is open.
_TELLINGS: dict[FactKind, Telling] = {
    FactKind.AIM: Telling.GIST,
    FactKind.METHOD: Telling.METHOD,
    FactKind.DATA: Telling.DATA,
    FactKind.RESULT: Telling.RESULT,
    FactKind.LIMITATION: Telling.LIMITATION,
    FactKind.OPEN: Telling.OPEN,
}
UNDONE = (FactKind.LIMITATION, FactKind.OPEN)
"""What a paper says is limited or open."""


def build_facts_form() -> Mapping[str, Any]:
    """Build the form in which facts are asked for where the endpoint takes a schema."""
    entry = {
        "type": "object",
        "properties": {
            "sentence": {"type": "integer"},
            "kind": {"type": "string", "enum": [*FactKind]},
            "fact": {"type": "string"},
        },
        "required": ["sentence", "kind", "fact"],
        "additionalProperties": False,
    }
    schema = {
        "type": "object",
        "properties": {"facts": {"type": "array", "items": entry, "maxItems": MOST}},
        "required": ["facts"],
        "additionalProperties": False,
    }
    return {"type": "json_schema", "json_schema": {"name": "facts", "strict": True, "schema": schema}}


def list_numbered_sentences(paper: Paper, most: int) -> str:
    """List what a model is given of a paper: its title, and its sentences with their numbers.

    Args:
        paper: The paper; what gives orders to its reader is left out.
        most: Characters; sentences behind these are left out.
    """
    safe = strip_injections(paper)
    lines = [safe.title[:_LONGEST_TITLE]]
    for number, (start, end) in enumerate(sentence_spans(safe.abstract), 1):
        lines.append(f"[{number}] {' '.join(safe.abstract[start:end].split())}")
        most -= len(lines[-1])
        if most < 0:
            lines[-1] = lines[-1][: most or None]
            break
    return "\n".join(lines).replace("<", "‹").replace(">", "›")


def list_rule_facts(paper: Paper) -> tuple[Fact, ...]:
    """List the facts of a paper that the roles of its sentences tell: the best sentence for each kind, none twice."""
    end = find_injection_start(paper.abstract)
    chosen: dict[int, Fact] = {}
    for kind, telling in reversed(_TELLINGS.items()):  # What is rare goes before what any sentence may tell.
        rated = [
            sentence
            for sentence in rate_sentences(telling, paper.abstract, end)
            if sentence.score and sentence.start not in chosen
        ]
        if rated:
            best = max(rated, key=lambda sentence: sentence.score)
            chosen[best.start] = _quote(kind, paper, best.start, best.end)
    return tuple(chosen[start] for start in sorted(chosen))


def read_facts(text: str, paper: Paper) -> tuple[Fact, ...]:
    """Read the facts that a model replied of a paper; of two for one sentence the first counts.

    An entry without a sentence that may be quoted is none. What its sentence does not carry becomes the sentence
    itself, or nothing where that does not stand alone. A reply that was cut off gives its whole entries.
    """
    spans, end = sentence_spans(paper.abstract), find_injection_start(paper.abstract)
    facts: dict[int, Fact] = {}
    for entry in _list_entries(text):
        number, kind, wording = str(entry.get("sentence", "")), entry.get("kind"), entry.get("fact")
        is_whole = re.fullmatch(r"[0-9]{1,4}", number) and isinstance(kind, str) and isinstance(wording, str)
        span = _find_span(spans, int(number), end) if is_whole and kind in [*FactKind] else None
        if span is None or span.start in facts:
            continue
        fact = _make_fact(FactKind(str(kind)), clean_characters(str(wording)), paper, span)
        if fact:
            facts[span.start] = fact
    return tuple(facts[start] for start in sorted(facts))[:MOST]


def _find_span(spans: Sequence[Span], number: int, end: int) -> Span | None:
    return spans[number - 1] if 0 < number <= len(spans) and spans[number - 1].end <= end else None


def _make_fact(kind: FactKind, wording: str, paper: Paper, span: Span) -> Fact | None:
    """Make a fact of what a model said of a sentence; None where neither that nor the sentence can stand."""
    quoted = _quote(_check_kind(kind, paper, span), paper, span.start, span.end)
    text = " ".join(wording.split())
    if text and len(text) <= _LONGEST and _is_carried(text, quoted.quote):
        return quoted.model_copy(update={"text": text})
    return quoted if stands_alone(quoted.text) else None


def _check_kind(kind: FactKind, paper: Paper, span: Span) -> FactKind:
    """Return the kind of a sentence: what is limited or open by the rules, and nothing else, is told as such."""
    undone = next((fact_kind for fact_kind in UNDONE if _is_told(fact_kind, paper, span)), None)
    if undone or kind not in UNDONE:
        return undone or kind
    return next(
        (fact_kind for fact_kind in _TELLINGS if fact_kind not in UNDONE and _is_told(fact_kind, paper, span)),
        FactKind.AIM,
    )


def _is_told(kind: FactKind, paper: Paper, span: Span) -> bool:
    rated = rate_sentences(_TELLINGS[kind], paper.abstract, find_injection_start(paper.abstract))
    return any(sentence.score and sentence.start == span.start for sentence in rated)


def _is_carried(text: str, sentence: str) -> bool:
    """Whether the rules find nothing against a fact in its sentence."""
    verdict = verify(text, [Paper(id="sentence", title="", abstract=sentence)])
    return verdict.support.rank <= Support.WORDED.rank


def _quote(kind: FactKind, paper: Paper, start: int, end: int) -> Fact:
    quote = paper.abstract[start:end]
    return Fact(kind=kind, text=" ".join(quote.split()), quote=quote, start=start, end=end)


def _list_entries(text: str) -> list[dict[str, Any]]:
    """List the objects in a reply that have the form of a fact."""
    entries = []
    for match in re.finditer(r"\{[^{}]*\}", text[:_LONGEST_REPLY]):
        try:
            entry = json.loads(match[0])
        except ValueError:
            continue
        entries += [entry] if isinstance(entry, dict) else []
    return entries
