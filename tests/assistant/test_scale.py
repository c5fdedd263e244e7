"""The scale of signs: read from what was written before, and the same at every door."""

import io
from datetime import UTC, datetime

import pytest

from assistant.answer.replies import format_sentences
from assistant.cli.answers import show_answer
from assistant.cli.commands.check_command import show_sentence
from assistant.cli.console import ConsolePage
from assistant.drafts.checked_sentence import CheckedSentence, CitedPaper, Relation, SentenceOutcome
from assistant.escaping import SIGNS
from assistant.export.conversation import write_answer
from assistant.phrases import SCALE, count_supports, describe_support
from assistant.report.render.captions import write_sign
from assistant.report.render.html import write_html
from assistant.report.render.markdown import write_markdown
from assistant.report.schema import Paragraph, Section
from assistant.types import Answer, Citation, Claim, Decision, Reference, Support, Turn
from tests.assistant.report.render import made_up
from tests.assistant.small import paper
from tests.test_project import ROOT
from tui.chat.answer_text import answer_markdown, notice_content
from tui.text import ASCII, UNICODE
from tui.themes.claim_list import claim_content

CITATION = Citation(n=1, paper_id="p", title="On Rare Events", quote="Because.", start=0, end=8)
BY = {Support.ENTAILED: Decision(stage="model", by="some-judge", probability=0.9, asked=True)}


def claim(support: Support) -> Claim:
    decision = BY.get(support, Decision())
    return Claim(text="Events are rare.", support=support, citations=(CITATION,), decision=decision)


def test_the_scale_goes_from_best_to_worst() -> None:
    assert [support.value for support in Support] == list(SCALE)
    assert "".join(sign.glyph for sign in SCALE.values()) == "=✓≈?–✗"
    assert [support.rank for support in Support] == [0, 1, 2, 3, 4, 5]
    assert [support for support in Support if support.fails] == [Support.ABSENT, Support.CONTRADICTED]


@pytest.mark.parametrize(
    ("former", "support"),
    [("supported", Support.WORDED), ("partial", Support.DOUBTFUL), ("unsupported", Support.ABSENT)],
)
def test_what_was_written_before_there_were_six_is_read(former: str, support: Support) -> None:
    assert Support(former) is support
    assert SentenceOutcome(former).value == support.value
    old = {"text": "Events are rare.", "support": former, "citations": [], "reasons": ["so"]}
    read = Claim.model_validate(old)
    assert (read.support, read.reasons, read.decision) == (support, ("so",), Decision())
    with pytest.raises(ValueError, match="nonsense"):
        Support("nonsense")
    with pytest.raises(ValueError, match="nonsense"):
        SentenceOutcome("nonsense")


def test_a_sentence_that_was_the_one_it_cites_is_read_as_a_quote() -> None:
    old = {"text": "Because.", "support": "supported", "citations": [CITATION.model_dump()]}
    assert (Claim.model_validate(old).support, Claim.model_validate(old).decision.stage) == (Support.QUOTED, "quote")
    assert Claim.model_validate(old | {"text": "Because"}).support is Support.WORDED
    assert Claim.model_validate(old | {"support": "partial"}).support is Support.DOUBTFUL


def test_a_claim_comes_back_from_json_as_it_was() -> None:
    for support in Support:
        assert Claim.model_validate_json(claim(support).model_dump_json()) == claim(support)
    assert claim(Support.ENTAILED).model_dump(mode="json")["decision"] == {
        "stage": "model",
        "by": "some-judge",
        "probability": 0.9,
        "asked": True,
    }


@pytest.mark.parametrize(
    ("support", "alone", "asked"),
    [
        (Support.QUOTED, True, True),
        (Support.ENTAILED, True, True),
        (Support.WORDED, True, False),
        (Support.DOUBTFUL, False, False),
        (Support.ABSENT, False, False),
        (Support.CONTRADICTED, False, False),
    ],
)
def test_what_holds_with_and_without_a_second_stage(support: Support, alone: bool, asked: bool) -> None:
    assert Claim(text="So.", support=support).holds is alone
    assert Claim(text="So.", support=support, decision=Decision(asked=True)).holds is asked


@pytest.mark.parametrize("support", Support)
def test_every_door_shows_the_same_sign_and_words(support: Support) -> None:
    one, sign = claim(support), SCALE[support]
    reference = Reference(n=1, paper_id="p", title="On Rare Events")
    text = format_sentences([one])
    answer = Answer(question="Why?", text=text, claims=(one,), references=(reference,), mode="some-model")
    told = sign.words if not one.holds else ""
    assert text == f"Events are rare. [1]{SIGNS[support]}"

    stream = io.StringIO()
    show_answer(ConsolePage(stream), answer)
    mark = f"({sign.glyph} {told})" if told else sign.glyph
    assert stream.getvalue().startswith(f"Events are rare. [1] {mark}\n")
    assert (f"{sign.glyph} {one.words}: Events are rare." in stream.getvalue()) is bool(told)
    assert f"1 sentence: 1 {sign.short} ({sign.glyph})" in stream.getvalue()

    stream = io.StringIO()
    cited = CitedPaper(key="poe", relation=Relation.SILENT, support=support, decision=one.decision)
    outcome = SentenceOutcome(support.value)
    show_sentence(ConsolePage(stream), CheckedSentence(line=1, text="So.", outcome=outcome, claim=one, papers=(cited,)))
    assert stream.getvalue().startswith(f"{sign.glyph} line 1: {one.words}\n")
    assert f"[@poe] {one.words}\n" in stream.getvalue()

    said = write_answer(answer, [paper("p", "On Rare Events")], {"p": "poe"})
    assert f"Events are rare. [@poe]{SIGNS[support]}\n" in said

    of = made_up.printed(mode="some-model")
    section = Section(heading="H", paragraphs=(Paragraph(claims=(one,)),), mode="some-model")
    of = of._replace(report=of.report.model_copy(update={"sections": (section,)}))
    assert f"Events are rare. [@poe2018rare]{SIGNS[support]}\n".replace("*", "") in write_markdown(of).replace("*", "")
    assert (f">({write_sign(one)})</strong>" if told else f">{sign.glyph}</span>") in write_html(of)

    turn = Turn(asked_at=datetime(2026, 11, 23, tzinfo=UTC), question="Why?", answer=answer)
    for glyphs, glyph in ((UNICODE, sign.glyph), (ASCII, sign.ascii)):
        assert glyph in answer_markdown(answer, glyphs).rpartition("cite:1)")[2]
        assert claim_content(one, glyphs).plain == f"Events are rare. [1] {f'{glyph} {told}'.strip()}"
        assert notice_content(turn, glyphs).plain == (f"{glyph} “Events are rare.”: {told}" if told else "")


def test_a_second_stage_is_named() -> None:
    assert claim(Support.ENTAILED).words == "its source says so, by some-judge"
    assert describe_support("worded", "some-judge") == "worded as in its source"
    assert describe_support("worded", "a small network") == "near to what its source says, by a small network"
    assert describe_support("doubtful", "a small network") == "in doubt"


def test_sentences_are_counted_by_their_signs() -> None:
    assert count_supports(["worded", "quoted", "worded"]) == "3 sentences: 1 word for word (=), 2 worded alike (≈)"
    assert count_supports([]) == "0 sentences"


def test_the_documentation_has_the_table_of_the_scale() -> None:
    text = (ROOT / "docs" / "checking.md").read_text(encoding="utf-8")
    for support, sign in SCALE.items():
        assert f"| {sign.glyph} | `{support}` | {sign.words} | {sign.meaning} |" in text
