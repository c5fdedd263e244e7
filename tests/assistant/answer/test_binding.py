"""What was kept of an answer, compared anew with its papers."""

import pytest

from assistant.answer.binding import GONE, OTHER_TEXT, UNQUOTED, UNSAID, bind_answer, find_answer_fault, find_fault
from assistant.answer.replies import format_quotes, format_sentences
from assistant.types import Answer, Citation, Claim, Support
from store.paper import Paper

SENTENCE = "Averaging weights improves accuracy by 37 percent."
PAPER = Paper(id="a", title="Weights", abstract=f"We average weights. {SENTENCE}")
PAPERS = {"a": PAPER}


def cite(quote: str = SENTENCE, start: int = 20, paper_id: str = "a") -> Citation:
    return Citation(n=1, paper_id=paper_id, title="Weights", quote=quote, start=start, end=start + len(quote))


def claim(text: str = SENTENCE, support: Support = Support.QUOTED, *citations: Citation) -> Claim:
    return Claim(text=text, support=support, citations=citations or (cite(),))


RECORD = Citation(n=1, paper_id="a", title="Weights", quote="", start=0, end=0)
FINE = [
    claim(),
    claim("Averaging weights improves accuracy by 37 percent", Support.QUOTED),
    claim("Averaging the weights improves accuracy by 37 percent.", Support.WORDED),
    claim("Weights", Support.QUOTED, RECORD),
    claim("Nothing of the kind.", Support.ABSENT),
]
FAULTS = {
    UNQUOTED: [
        claim(SENTENCE, Support.QUOTED, cite(SENTENCE.replace("37", "73"))),
        claim(SENTENCE, Support.QUOTED, cite(start=19)),
        claim("Weights", Support.QUOTED, RECORD.model_copy(update={"end": 5})),
    ],
    UNSAID: [
        claim(SENTENCE.replace("37", "73")),
        claim(SENTENCE.replace("37", "73"), Support.WORDED),
        claim(SENTENCE.replace("37", "73"), Support.ENTAILED),
    ],
    GONE: [claim(SENTENCE, Support.QUOTED, cite(paper_id="b"))],
}


@pytest.mark.parametrize("kept", FINE)
def test_what_rests_on_its_paper_stays(kept: Claim) -> None:
    assert find_fault(kept, PAPERS) == ""


@pytest.mark.parametrize(("fault", "kept"), [(fault, kept) for fault, claims in FAULTS.items() for kept in claims])
def test_what_does_not_is_told(fault: str, kept: Claim) -> None:
    assert find_fault(kept, PAPERS) == fault


def test_a_damaged_paper_carries_nothing() -> None:
    assert find_fault(claim(), {"a": PAPER.model_copy(update={"damage": "hurt"})}) == GONE


def answer(*claims: Claim, text: str | None = None, mode: str = "extractive") -> Answer:
    return Answer(question="?", text=format_quotes(claims) if text is None else text, claims=claims, mode=mode)


def test_an_answer_that_rests_on_its_papers_is_the_same_object() -> None:
    for kept in (
        answer(claim()),
        answer(FINE[2], text=format_sentences(FINE[2:3]), mode="m"),
        Answer(question="?", text="–"),
    ):
        assert bind_answer(kept, PAPERS) is kept
        assert find_answer_fault(kept, PAPERS) == ""


def test_a_false_quote_is_left_out_and_its_sentence_is_said_to_be_none() -> None:
    false = claim(SENTENCE, Support.QUOTED, cite(SENTENCE.replace("37", "73")))
    bound = bind_answer(answer(claim(), false), PAPERS)
    assert bound.claims[0] == claim()
    assert (bound.claims[1].support, bound.claims[1].reasons) == (Support.ABSENT, (UNQUOTED,))
    assert (bound.claims[1].citations[0].quote, bound.claims[1].citations[0].end) == ("", 0)
    assert not bound.claims[1].holds
    assert bound.text == format_sentences(bound.claims)


def test_a_removed_paper_leaves_its_sentence_in_doubt_and_is_no_fault_of_the_file() -> None:
    kept = answer(claim())
    assert bind_answer(kept, {}).claims[0].support is Support.DOUBTFUL
    assert find_answer_fault(kept, {}) == ""


@pytest.mark.parametrize("mode", ["extractive", "a model"])
def test_a_text_that_its_sentences_do_not_have_is_made_anew(mode: str) -> None:
    kept = answer(claim(), text="It improves accuracy by 73 percent.", mode=mode)
    assert bind_answer(kept, PAPERS).text == format_sentences([claim()])
    assert find_answer_fault(kept, PAPERS) == OTHER_TEXT
