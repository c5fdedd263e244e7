"""A report on themes by a model: facts once a paper, sentences over several papers, quotes where nothing holds."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from assistant.client import Assistant
from assistant.report.facts import Fact, FactKind, PaperFacts
from assistant.report.generative import FAILED
from assistant.report.outline import SectionPlan
from assistant.report.pipeline import build_report, stream_replay
from assistant.report.render.captions import list_provenance
from assistant.report.report_writer import GeneratedText, ReportWriter
from assistant.report.requests import TokenBudget
from assistant.report.schema import FactsDone, Report, ReportDone, ReportKind, ReportSpec
from assistant.report.shared_statements import COUNTED
from assistant.report.synthesis import is_across
from assistant.report.theme_requests import (
    AGREE,
    COMPARED,
    DIFFER,
    RELATED,
    UNDONE_SAID,
    WHOLE,
    ThemeAspect,
    list_theme_requests,
)
from assistant.report.theme_sections import ALSO, NOT_TOGETHER, _make_paragraphs
from assistant.testing import ScriptedChatModel
from assistant.testing.reply import Message
from assistant.types import EXTRACTIVE, Citation, Claim, Support, Usage
from store.errors import ModelBusy
from store.paper import Paper
from tests.assistant import small
from tests.assistant.report.writing import chain_of, copying, done, inventing, of_model

NOTHING = json.dumps({"claims": []})
ROOM = TokenBudget(8192, 1024)
SHARED = "Adaptive experiments in batches need fewer samples than uniform sampling."
PAPERS = [
    small.paper("one", "Planning", f"We plan adaptive experiments. {SHARED} It holds on mice."),
    small.paper("two", "Batches", f"We study clinics. {SHARED} We release a simulator."),
    small.paper(
        "three", "Queues", "Queueing networks are controlled by policy gradients. Further work is needed on delays."
    ),
]


def text_of(messages: Sequence[Message]) -> str:
    return str(messages[-1]["content"])


def asks_for_facts(messages: Sequence[Message]) -> bool:
    return "List at most" in text_of(messages)


def sharing(messages: list[Message]) -> str:
    """A model that lists a fact, names what two papers share, and else copies."""
    text = text_of(messages)
    if "</titles>" in text:
        return "Adaptive experiments"
    if asks_for_facts(messages):
        return json.dumps({"facts": [{"sentence": 2, "kind": "result", "fact": ""}, {"sentence": 1, "kind": "aim"}]})
    if SHARED in text and "Write " in text and ("state alike" in text or "most of these" in text):
        return json.dumps({"claims": [{"text": SHARED, "sources": [1]}]})
    return copying(messages)


@pytest.fixture
def shelf(tmp_path: object) -> Assistant:
    """A library of three papers in one theme, of which two state the same."""
    return small.assistant(tmp_path / "shelf", PAPERS)  # type: ignore[operator]


def facts_of(paper: Paper, *kinds: FactKind) -> PaperFacts:
    text = paper.abstract.split(". ")[0]
    return PaperFacts(facts=tuple(Fact(kind=kind, text=text, quote=text, start=0, end=len(text)) for kind in kinds))


async def test_a_sentence_over_several_papers_stands_first_and_cites_each_that_states_it(shelf: Assistant) -> None:
    chain, _ = chain_of(shelf.library, default=sharing)
    report = (await done(of_model(shelf.library, chain, ReportSpec()))).report
    theme = report.sections[1]
    first = theme.paragraphs[0].claims[0]
    assert (theme.mode, first.text, first.holds) == ("scripted", SHARED, True)
    assert {citation.paper_id for citation in first.citations} == {"one", "two"}  # The model named one of them.
    texts = [claim.text for paragraph in theme.paragraphs for claim in paragraph.claims]
    assert texts.count(SHARED) == 1  # It was told for the whole, and again for what they agree on.
    assert theme.lead.startswith("3 papers")


async def test_facts_are_asked_for_once_a_paper_and_only_for_new_ones_the_next_time(shelf: Assistant) -> None:
    chain, chat = chain_of(shelf.library, default=sharing)
    first = [event async for event in of_model(shelf.library, chain, ReportSpec())]
    known = [event for event in first if isinstance(event, FactsDone)]
    assert [(event.done, event.total) for event in known] == [(1, 3), (2, 3), (3, 3)]
    small.assistant(shelf.library.folder, [small.paper("four", "Samples", "We count samples of adaptive experiments.")])
    before = len(chat.requests)
    done_again = await done(of_model(shelf.library, chain, ReportSpec()))
    fresh = [request for request in chat.requests[before:] if "List at most" in str(request.messages[-1].content)]
    assert len(fresh) == 1
    assert done_again.cached >= 3


async def test_what_each_pass_took_adds_up_and_a_replay_tells_the_same(shelf: Assistant) -> None:
    chain, _ = chain_of(shelf.library, default=sharing)
    made = await done(of_model(shelf.library, chain, ReportSpec()))
    passes = made.report.manifest.passes
    assert {*passes} == {"facts", "sections", "names"}  # One theme has nothing to be related to.
    assert sum(passes.values(), Usage()) == made.report.usage == made.paid
    told = dict(list_provenance(made.report))["Tokens by pass"]
    assert told.startswith(
        f"facts {passes['facts'].input_tokens:,} in, {passes['facts'].output_tokens:,} out; sections "
    )
    again = await done(stream_replay(shelf.library, made.report.manifest))
    assert again.report.model_dump_json() == made.report.model_dump_json()
    assert again.paid == Usage()


async def test_nonsense_leaves_the_prose_without_a_model_and_says_so_and_what_was_spent(shelf: Assistant) -> None:
    chain, _ = chain_of(shelf.library, default=inventing)
    made = await done(of_model(shelf.library, chain, ReportSpec()))
    quoted = build_report(shelf.library, ReportSpec())
    assert {section.mode for section in made.report.sections} == {EXTRACTIVE}
    assert made.report.sections[1].note.endswith(FAILED)
    assert [claim.text for claim in made.report.claims] == [claim.text for claim in quoted.claims]
    assert made.report.usage == made.paid != Usage()
    assert made.report.manifest.passes["facts"].output_tokens > 0


async def test_papers_that_no_sentence_is_about_are_quoted(shelf: Assistant) -> None:
    def partly(messages: list[Message]) -> str:
        shared = "state alike" in text_of(messages) or asks_for_facts(messages)
        return sharing(messages) if shared else NOTHING

    chain, _ = chain_of(shelf.library, default=partly)
    report = (await done(of_model(shelf.library, chain, ReportSpec()))).report
    also = next(paragraph for paragraph in report.sections[1].paragraphs if paragraph.label == ALSO)
    assert [claim.citations[0].paper_id for claim in also.claims] == ["three"]


async def test_where_nothing_is_said_of_several_papers_the_section_says_so(shelf: Assistant) -> None:
    def alone(messages: list[Message]) -> str:
        return copying(messages) if "state alike" in text_of(messages) and SHARED not in copying(messages) else NOTHING

    chain, _ = chain_of(
        shelf.library, default=lambda messages: sharing(messages) if asks_for_facts(messages) else NOTHING
    )
    report = (await done(of_model(shelf.library, chain, ReportSpec()))).report
    assert report.sections[1].mode == EXTRACTIVE
    chain, _ = chain_of(shelf.library, kept=False, default=alone)
    report = (await done(of_model(shelf.library, chain, ReportSpec()))).report
    assert NOT_TOGETHER in report.sections[1].note


async def test_a_report_that_was_stopped_goes_on_and_pays_for_nothing_twice(shelf: Assistant) -> None:
    whole, counted = chain_of(shelf.library, kept=False, default=sharing)
    expected = await done(of_model(shelf.library, whole, ReportSpec()))
    for limit in range(len(counted.requests)):
        asked = 0

        def stopping(messages: list[Message]) -> object:
            nonlocal asked
            asked += 1
            return ModelBusy("No room.") if asked > limit else sharing(messages)  # noqa: B023

        chain, _ = chain_of(shelf.library, default=stopping)
        with pytest.raises(ModelBusy):
            await done(of_model(shelf.library, chain, ReportSpec(), at_once=1))
        break_off = asked
        chain, chat = chain_of(shelf.library, default=sharing)
        last: ReportDone = await done(of_model(shelf.library, chain, ReportSpec(), at_once=1))
        assert last.cached == break_off - 1
        assert len(chat.requests) == len(counted.requests) - (break_off - 1)
        assert last.report.sections == expected.report.sections
        for folder in ("facts", "sections"):
            for file in (shelf.library.folder / folder).glob("*.json"):
                file.unlink()


def test_only_what_several_papers_state_is_asked_for() -> None:
    facts = {
        "one": facts_of(PAPERS[0], FactKind.METHOD),
        "two": facts_of(PAPERS[1], FactKind.RESULT),
        "three": facts_of(PAPERS[2], FactKind.OPEN),
    }
    asked = list_theme_requests(SectionPlan("H", PAPERS, sources=PAPERS), "mice", facts, ROOM)
    assert [aspect for aspect, _ in asked] == [WHOLE, AGREE, DIFFER]
    assert [paper.id for paper in asked[0][1].context.papers] == ["one", "two"]
    assert "The report is about: mice." in asked[0][1].context.values["question"]
    facts["two"] = facts_of(PAPERS[1], FactKind.OPEN)
    asked = list_theme_requests(SectionPlan("H", PAPERS, sources=PAPERS), "", facts, ROOM)
    assert [aspect for aspect, _ in asked] == [UNDONE_SAID]


def test_themes_are_related_by_their_names_and_phrases_that_their_papers_share() -> None:
    facts = {paper.id: facts_of(paper, FactKind.METHOD) for paper in PAPERS}
    plan = SectionPlan("Overview", (), sources=PAPERS, related=("planning", "queues"))
    ((aspect, request),) = list_theme_requests(plan, "", facts, ROOM)
    assert (aspect, request.across) == (RELATED, True)
    assert "The themes: planning; queues." in request.context.values["question"]
    assert "Phrases that several of them use: " in request.context.values["question"]
    assert "uniform sampling [1][2]" in request.context.values["question"]


def test_half_a_context_has_half_the_papers() -> None:
    facts = {paper.id: facts_of(paper, FactKind.METHOD) for paper in PAPERS}
    request = list_theme_requests(SectionPlan("H", PAPERS, sources=PAPERS), "", facts, ROOM)[0][1]
    assert [paper.id for paper in request.context.halved().papers] == ["one"]


async def test_other_kinds_of_reports_list_no_facts(shelf: Assistant) -> None:
    chain, chat = chain_of(shelf.library, default=copying)
    report = (await done(of_model(shelf.library, chain, ReportSpec(kind=ReportKind.TIMELINE)))).report
    assert not [request for request in chat.requests if "List at most" in str(request.messages[-1].content)]
    assert report.manifest.passes == {}
    assert all(len(claim.citations) == 1 or not is_across(claim) for claim in report.claims)


ALIKE = [
    small.paper("mice", "Mice", "Adaptive batches need fewer samples than uniform sampling on mice."),
    small.paper("dogs", "Dogs", "Adaptive batches need fewer samples than uniform sampling on old dogs in clinics."),
]
BOTH = "Both papers need fewer samples by adaptive batches than by uniform sampling."
ON_MICE = "Adaptive batches need fewer samples than uniform sampling on mice"
ON_DOGS = "Adaptive batches need fewer samples than uniform sampling on old dogs"


def compares(messages: Sequence[Message]) -> bool:
    return "Compare them" in text_of(messages)


def comparing(*replies: object) -> Callable[[list[Message]], object]:
    """A model that tells nothing of several papers by itself, and says these when it is asked to compare two."""
    left = [*replies]

    def reply(messages: list[Message]) -> object:
        if compares(messages):
            said = left.pop(0) if len(left) > 1 else left[0]
            return json.dumps(said) if isinstance(said, dict) else said
        if asks_for_facts(messages):
            return json.dumps({"facts": [{"sentence": 1, "kind": "result", "fact": ""}]})
        return "Batches" if "</titles>" in text_of(messages) else NOTHING

    return reply


def requests_of(chat: ScriptedChatModel, words: str) -> list[str]:
    texts = [str(request.messages[-1].content) for request in chat.requests]
    return [text for text in texts if words in text]


async def compare(folder: Path, *replies: object, **how: Any) -> tuple[Report, ScriptedChatModel]:
    chain, chat = chain_of(small.assistant(folder, ALIKE).library, default=comparing(*replies), **how)
    return (await done(of_model(chain.library, chain, ReportSpec()))).report, chat


async def test_a_model_that_tells_nothing_of_several_papers_is_shown_two_at_a_time(tmp_path: Path) -> None:
    report, chat = await compare(tmp_path, {"1": ON_MICE, "2": ON_DOGS, "shared": BOTH})
    shared, apart = (
        [claim for claim in report.sections[1].paragraphs[0].claims if claim.decision.by != COUNTED],
        [part for part in report.sections[1].paragraphs if part.label == DIFFER.label],
    )
    assert [claim.text for claim in shared] == [
        "These papers need fewer samples by adaptive batches than by uniform sampling."
    ]
    assert [claim.text for part in apart for claim in part.claims] == [
        f"{ON_MICE}, whereas {ON_DOGS.replace('A', 'a')}."
    ]
    for claim in (*shared, *apart[0].claims):
        assert {citation.paper_id for citation in claim.citations} == {"mice", "dogs"}
    assert not requests_of(chat, DIFFER.ask)  # It is told.
    assert report.manifest.passes["sections"].output_tokens > 0
    assert not [name for name, _ in list_provenance(report) if "prompt" in name and name != "Prompts"]


async def test_a_model_that_tells_enough_by_itself_is_not_asked_to_compare(shelf: Assistant) -> None:
    chain, chat = chain_of(shelf.library, default=sharing)
    await done(of_model(shelf.library, chain, ReportSpec()))
    assert not requests_of(chat, "Compare them")
    assert requests_of(chat, DIFFER.ask)


async def test_what_one_paper_alone_says_is_asked_for_once_more_and_then_left_out(tmp_path: Path) -> None:
    alone = {"shared": "Adaptive batches need fewer samples on old dogs in clinics."}
    report, chat = await compare(tmp_path / "mended", alone, {"shared": BOTH})
    first, second = requests_of(chat, "Compare them")
    assert "An earlier try" not in first
    assert "An earlier try, “Adaptive batches need fewer samples on old dogs in clinics.”, is not said by [" in second
    assert [claim.decision.by for claim in report.claims if is_across(claim)].count(COUNTED) < sum(
        map(is_across, report.claims)
    )
    report, chat = await compare(tmp_path / "not", alone)
    assert len(requests_of(chat, "Compare them")) == 2
    assert not [claim for claim in report.claims if is_across(claim) and claim.decision.by != COUNTED]
    assert requests_of(chat, DIFFER.ask)  # No two clauses held, so it is asked how the papers differ.


@pytest.mark.parametrize(
    "reply",
    [
        {"1": ON_DOGS, "2": ON_MICE, "shared": ""},
        {"1": ON_MICE, "2": ON_DOGS, "3": "A third paper has cats.", "shared": "Cats are in [3]."},
        f"<think>{json.dumps({'1': 'x', '2': 'y', 'shared': 'z'})}</think>{ON_MICE} [1]. {ON_DOGS} [2].",
        f"{ON_MICE} [1]. {ON_DOGS} [2]. Cats purr [3].",
    ],
)
async def test_swapped_numbers_a_third_paper_and_thinking_change_no_citation(reply: object, tmp_path: Path) -> None:
    report, _ = await compare(tmp_path, reply, schema=isinstance(reply, dict))
    (claim,) = [claim for claim in report.claims if "whereas" in claim.text]
    quotes = {citation.paper_id: citation.quote for citation in claim.citations}
    assert quotes == {"mice": ALIKE[0].abstract, "dogs": ALIKE[1].abstract}
    assert not [claim for claim in report.claims if claim.text.startswith(("Cats", "A third"))]


@pytest.mark.parametrize("reply", ["", "{}", "I cannot help with that.", {"1": "", "2": "", "shared": ""}])
async def test_an_empty_comparison_leaves_the_report_as_it_would_be_without(reply: object, tmp_path: Path) -> None:
    report, _ = await compare(tmp_path, reply)
    quoted = build_report(small.assistant(tmp_path).library, ReportSpec())
    assert [claim.text for claim in report.claims] == [claim.text for claim in quoted.claims]


async def test_the_same_sentence_on_other_pairs_is_told_once_with_all_their_papers(tmp_path: Path) -> None:
    cats = small.paper("cats", "Cats", "Adaptive batches need fewer samples than uniform sampling on cats at home.")

    def reply(messages: list[Message]) -> object:
        if asks_for_facts(messages):
            sentences = [{"sentence": n, "kind": kind, "fact": ""} for n, kind in ((1, "result"), (2, "method"))]
            return json.dumps({"facts": sentences})
        return comparing({"shared": BOTH})(messages)

    twice = [paper.model_copy(update={"abstract": f"{paper.abstract} We use adaptive batches and uniform sampling on"
                                      f" {paper.title.lower()}."}) for paper in (*ALIKE, cats)]  # fmt: skip
    shelf = small.assistant(tmp_path / "twice", twice)
    chain, chat = chain_of(shelf.library, default=reply)
    report = (await done(of_model(shelf.library, chain, ReportSpec()))).report
    assert len(requests_of(chat, "Compare them")) > 1
    (shared,) = [claim for claim in report.sections[1].paragraphs[0].claims if claim.decision.by != COUNTED]
    assert {citation.paper_id for citation in shared.citations} == {"mice", "dogs", "cats"}


@pytest.mark.parametrize(("again", "cited"), [(AGREE, "ab"), (COMPARED, "abc")])
def test_only_a_comparison_adds_papers_to_a_sentence_that_stands_there(again: ThemeAspect, cited: str) -> None:
    def write(*ids: str) -> GeneratedText:
        places = tuple(Citation(n=1, paper_id=name, title="", quote="", start=0, end=0) for name in ids)
        return GeneratedText(claims=(Claim(text="Batches adapt.", support=Support.WORDED, citations=places),))

    (paragraph,), _ = _make_paragraphs([(WHOLE, write("a", "b")), (again, write("b", "c"))])
    assert "".join(citation.paper_id for citation in paragraph.claims[0].citations) == cited


async def test_a_comparison_is_kept_and_made_again_to_the_byte(tmp_path: Path) -> None:
    report, _ = await compare(tmp_path, {"1": ON_MICE, "2": ON_DOGS, "shared": BOTH})
    library = small.assistant(tmp_path).library
    again = await done(stream_replay(library, report.manifest))
    assert again.report.model_dump_json() == report.model_dump_json()
    assert again.paid == Usage()
    earlier = report.manifest.model_copy(update={"settings": {**report.manifest.settings, "joint_prompt": ""}})
    reopened = ReportWriter.reopen(library, earlier)
    assert reopened
    assert reopened.embedder is None  # Reports of before compared no papers.


async def test_a_second_try_that_the_model_fails_keeps_the_first_and_is_made_up_for_later(tmp_path: Path) -> None:
    alone = {"1": ON_MICE, "2": ON_DOGS, "shared": "Adaptive batches need fewer samples on old dogs in clinics."}
    report, _ = await compare(tmp_path, alone, ModelBusy("No room."))
    assert "a comparison in doubt could not be written again: No room." in report.sections[1].note
    assert [claim for claim in report.claims if "whereas" in claim.text]
    chain, chat = chain_of(small.assistant(tmp_path).library, default=comparing({"shared": BOTH}))
    await done(of_model(chain.library, chain, ReportSpec()))
    assert len(requests_of(chat, "Compare them")) == 1


@pytest.mark.parametrize("at", range(7))
async def test_what_fell_back_in_any_pass_is_told_and_made_again_to_the_byte(at: int, shelf: Assistant) -> None:
    asked = 0

    def failing(messages: list[Message]) -> object:
        nonlocal asked
        asked += 1
        return ModelBusy("No room.") if asked == at + 1 else sharing(messages)

    chain, _ = chain_of(shelf.library, default=failing)
    made = await done(of_model(shelf.library, chain, ReportSpec(), fallback=True, at_once=1))
    assert [*made.report.manifest.failed.values()] == ["No room."]
    assert made.report.usage == made.paid
    in_section = 3 <= at < 6  # Behind three requests for facts; the name of the theme comes last.
    assert (made.report.sections[1].mode == EXTRACTIVE) == in_section
    assert made.report.sections[1].note.endswith("No room. Excerpts are quoted instead.") == in_section
    again = await done(stream_replay(shelf.library, made.report.manifest))
    assert again.report.model_dump_json() == made.report.model_dump_json()


async def test_a_sentence_of_the_phrases_that_were_hinted_at_says_something(shelf: Assistant) -> None:
    def hinted(messages: list[Message]) -> str:
        shared = "Phrases that several of them use: uniform sampling" in text_of(messages)
        sentence = {"text": "Fewer samples are needed than by uniform sampling.", "sources": [1, 2]}
        return json.dumps({"claims": [sentence]}) if shared and "state alike" in text_of(messages) else NOTHING

    chain, _ = chain_of(shelf.library, default=lambda messages: hinted(messages))
    theme = (await done(of_model(shelf.library, chain, ReportSpec()))).report.sections[1]
    assert theme.paragraphs[0].claims[0].text == "Fewer samples are needed than by uniform sampling."
    assert is_across(theme.paragraphs[0].claims[0])


async def test_what_is_said_of_all_papers_is_left_out_where_one_alone_states_it(shelf: Assistant) -> None:
    def general(messages: list[Message]) -> str:
        claims = [{"text": f"{who} control queueing networks by policy gradients.", "sources": [1, 2, 3]}
                  for who in ("All papers", "Simulators")]  # fmt: skip
        return json.dumps({"claims": claims}) if "sets these papers apart" in text_of(messages) else NOTHING

    chain, _ = chain_of(shelf.library, default=general)
    report = (await done(of_model(shelf.library, chain, ReportSpec()))).report
    assert not [claim.text for claim in report.claims if "All papers" in claim.text]


async def test_a_sentence_whose_words_all_stand_in_another_one_of_its_paper_is_told_once(shelf: Assistant) -> None:
    texts = [
        ("Queueing networks are controlled by policy gradients.", [3]),
        ("Queueing networks, controlled.", [3]),
        ("We plan adaptive experiments.", [1]),
    ]

    def repeating(messages: list[Message]) -> str:
        claims = [{"text": text, "sources": sources} for text, sources in texts]
        return json.dumps({"claims": claims}) if "sets these papers apart" in text_of(messages) else NOTHING

    chain, _ = chain_of(shelf.library, default=repeating)
    report = (await done(of_model(shelf.library, chain, ReportSpec()))).report
    apart = next(part for part in report.sections[1].paragraphs if part.label == DIFFER.label)
    assert [claim.text for claim in apart.claims] == [texts[0][0], texts[2][0]]
