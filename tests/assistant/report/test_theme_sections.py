"""A report on themes by a model: facts once a paper, sentences over several papers, quotes where nothing holds."""

import json
from collections.abc import Sequence

import pytest

from assistant.client import Assistant
from assistant.report.facts import Fact, FactKind, PaperFacts
from assistant.report.generative import FAILED
from assistant.report.outline import SectionPlan
from assistant.report.pipeline import build_report, stream_replay
from assistant.report.render.captions import list_provenance
from assistant.report.requests import TokenBudget
from assistant.report.schema import FactsDone, ReportDone, ReportKind, ReportSpec
from assistant.report.synthesis import is_across
from assistant.report.theme_requests import AGREE, DIFFER, RELATED, UNDONE_SAID, WHOLE, list_theme_requests
from assistant.report.theme_sections import ALSO, NOT_TOGETHER
from assistant.testing.reply import Message
from assistant.types import EXTRACTIVE, Usage
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
