"""Sentences over two papers of a theme: which of their facts are laid side by side, and what is asked of them.

Asked for sentences over many papers, a small model tells of one. Shown a sentence of each of two papers that are near
to each other, with the words that both have, and asked for one clause on each and one sentence on both, it fills in the
form. What it fills in is held to each paper (see ``assistant.report.synthesis``).
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any, NamedTuple

from assistant.answer.generative import says_something
from assistant.answer.json_drafts import decode_json
from assistant.answer.model_drafts import compute_token_budget, format_evidence, parse_answer
from assistant.answer.text_drafts import parse_sentence, parse_text
from assistant.report.facts import Fact, FactKind, PaperFacts
from assistant.report.requests import TokenBudget
from assistant.report.synthesis import SEVERAL, WrittenComparison
from assistant.types import Claim
from assistant.verify.injection import is_instruction, strip_injections
from store.index.index_schema import extract_terms
from store.paper import Paper

if TYPE_CHECKING:
    from store.embedding import Embedder

MOST = 4
"""Comparisons of a theme: what a reader takes in. Chosen by hand, not measured."""
# How near the sentences of a comparison are at the least (cosine), and content words that both have. Of pairs of facts
# by rules, of one role and one theme by hand of the sample, 24 were read: of the 14 nearest (.51 and up) all speak of
# one thing, of 6 at .41 three, and three of the 4 of these with two words in common; of 4 at .29 none.
_NEAR, _SHARED = 0.4, 2
# Digits to which nearness is compared: so that another processor chooses the same.
_DIGITS = 2
# Comparisons that one paper stands in at the most; chosen by hand, so that a section tells of many.
_TIMES = 2
# Kinds of facts that are laid side by side: an aim is often told as a method, and a method as an aim.
_ROLES: Mapping[FactKind, str] = {kind: kind for kind in FactKind} | {FactKind.METHOD: FactKind.AIM}
# Characters of a clause or sentence that are taken, half as many again as are asked for: two quotes that were copied in
# full and joined are no sentence that anybody reads. Chosen by hand, not measured.
_LONGEST = 200
# An object in a reply without others in it; braces in its strings are those of formulas.
_OBJECT = re.compile(r'\{(?:[^{}"]|"(?:[^"\\]|\\.)*")*\}', re.DOTALL)
# What the sentence on all of them stands under in a reply.
_ALL = "shared"


class JointRequest(NamedTuple):
    """Facts of different papers that are near to each other, to be compared in one sentence.

    Attributes:
        papers: Two, each with a fact.
        facts: One of each paper, in the same order.
    """

    papers: tuple[Paper, ...]
    facts: tuple[Fact, ...]

    @property
    def quotes(self) -> tuple[str, ...]:
        """The sentences that state the facts."""
        return tuple(" ".join(fact.quote.split()) for fact in self.facts)

    def fill_prompt(self, budget: TokenBudget, earlier: str = "") -> dict[str, str]:
        """Fill the placeholders of the prompt.

        Args:
            budget: Of the model.
            earlier: Why what it wrote first does not hold, "" where nothing was written.
        """
        shown = [
            strip_injections(paper.model_copy(update={"abstract": quote}))
            for paper, quote in zip(self.papers, self.quotes, strict=True)
        ]
        form = {str(n): "…" for n, _ in enumerate(self.papers, 1)} | {_ALL: "…"}
        return {
            "count": "two",
            "evidence": format_evidence(shown, compute_token_budget(earlier, *budget)),
            "shared": "; ".join(find_shared_words(self.quotes)),
            "earlier": f" {earlier}" if earlier else "",
            "form": json.dumps(form, ensure_ascii=False),
        }

    def build_form(self) -> Mapping[str, Any]:
        """Build the form that is asked for where the endpoint takes a schema."""
        names = [*(str(n) for n, _ in enumerate(self.papers, 1)), _ALL]
        schema = {
            "type": "object",
            "properties": {name: {"type": "string"} for name in names},
            "required": names,
            "additionalProperties": False,
        }
        return {"type": "json_schema", "json_schema": {"name": "comparison", "strict": True, "schema": schema}}

    def drop_empty(self, comparison: WrittenComparison) -> WrittenComparison:
        """Drop what says nothing: a title, or that something is not stated."""
        titles = [paper.title for paper in self.papers]
        told = [text if says_something(text, "", titles) else "" for text in (*comparison.alone, comparison.shared)]
        return WrittenComparison(tuple(told[:-1]), told[-1])

    def explain_failure(self, claim: Claim) -> str:
        """Explain to the model which papers do not say what it wrote of all."""
        holding = {citation.paper_id for citation in claim.citations} if claim.holds else set()
        failing = "".join(f"[{n}]" for n, paper in enumerate(self.papers, 1) if paper.id not in holding)
        text = claim.text.replace("<", "‹").replace(">", "›")
        return f"An earlier try, “{text}”, is not said by {failing}: leave out of “{_ALL}” what {failing} does not say."


def choose_comparisons(
    papers: Sequence[Paper], facts: Mapping[str, PaperFacts], embedder: "Embedder"
) -> list[JointRequest]:
    """Choose facts of different papers that have one role and are near to each other, the nearest first.

    Args:
        papers: Of a theme, the most central first.
        facts: By their ids.
        embedder: Of the library.
    """
    rows = [(paper, fact) for paper in papers if paper.id in facts for fact in facts[paper.id].facts]
    if len({paper.id for paper, _ in rows}) < SEVERAL:
        return []
    vectors = embedder.embed([fact.quote for _, fact in rows])
    nearness = (vectors @ vectors.T).tolist()
    terms = [{*extract_terms(fact.quote)} for _, fact in rows]
    pairs = [
        (-round(nearness[first][second], _DIGITS), first, second)
        for first, second in combinations(range(len(rows)), 2)
        if _may_meet(rows[first], rows[second])
        and nearness[first][second] >= _NEAR
        and len(terms[first] & terms[second]) >= _SHARED
    ]
    chosen: list[JointRequest] = []
    used: set[int] = set()
    for _, first, second in sorted(pairs):
        met = [rows[first], rows[second]]
        times = [sum(paper in request.papers for request in chosen) for paper, _ in met]
        is_fresh = not used & {first, second} and max(times) < _TIMES
        if is_fresh and not any({paper.id for paper, _ in met} <= _ids_of(request) for request in chosen):
            used |= {first, second}
            chosen.append(JointRequest(tuple(paper for paper, _ in met), tuple(fact for _, fact in met)))
    return chosen[:MOST]


def _may_meet(first: tuple[Paper, Fact], second: tuple[Paper, Fact]) -> bool:
    """Whether two facts are of different papers and one role, and are not the same sentence."""
    same_role = _ROLES[first[1].kind] == _ROLES[second[1].kind]
    return first[0].id != second[0].id and same_role and first[1].quote != second[1].quote


def _ids_of(request: JointRequest) -> set[str]:
    return {paper.id for paper in request.papers}


def find_shared_words(quotes: Sequence[str]) -> list[str]:
    """Find the words that all of some sentences have, as the first one writes them; those in a row stay together."""
    first, *others = quotes
    shared = {*extract_terms(first)}.intersection(*(extract_terms(quote) for quote in others))
    runs: list[str] = []
    end = -1
    for match in re.finditer(r"\w+(?:['’]\w+)?", first):
        if {*extract_terms(match[0])} & shared:
            goes_on = first[end : match.start()] in (" ", "-")
            runs = [*runs[:-1], runs[-1] + first[end : match.end()]] if runs and goes_on else [*runs, match[0]]
            end = match.end()
    return [*dict.fromkeys(runs)]


def read_comparison(text: str, count: int) -> WrittenComparison:
    """Read what a model replied: a clause on each of ``count`` papers, and a sentence on all.

    A reply in the form of claims is read as well: what cites one paper is its clause, what cites more, or none, is on
    all. Numbers of papers that were not shown are no papers, and what gives orders is left out.
    """
    value = next(_find_objects(text), None)
    if value is None:
        drafts = parse_answer(text).drafts
        alone = {draft.sources[0]: draft.text for draft in reversed(drafts) if len(draft.sources) == 1}
        shared = next((draft.text for draft in drafts if len(draft.sources) != 1), "")
    else:
        alone = {n: _choose_sentence(value.get(str(n)), n) for n in range(1, count + 1)}
        shared = _choose_sentence(value.get(_ALL), None)
    return WrittenComparison(tuple(_keep_sound(alone.get(n, "")) for n in range(1, count + 1)), _keep_sound(shared))


def _find_objects(text: str) -> Iterator[dict[str, Any]]:
    """Find objects that have the form asked for; of several the last counts, for some think before they answer."""
    for match in reversed([*_OBJECT.finditer(text[:50_000])]):
        value = decode_json(match[0])
        if isinstance(value, dict) and (_ALL in value or "1" in value):
            yield value


def _choose_sentence(entry: object, n: int | None) -> str:
    """Choose the sentence of an entry that cites paper ``n`` alone, or several (None); the first where none does."""
    if not isinstance(entry, str):
        return ""
    drafts = parse_text(entry).drafts or [parse_sentence(entry)]
    apt = [draft for draft in drafts if (draft.sources == (n,) if n else len(draft.sources) > 1)]
    return (apt or drafts)[0].text


def _keep_sound(text: str) -> str:
    text = " ".join(text.split())
    return "" if len(text) > _LONGEST or is_instruction(text) else text
