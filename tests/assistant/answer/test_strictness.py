from collections.abc import Iterable, Iterator

from assistant.answer.replies import format_quotes, keep_supported
from assistant.events import AnswerDone, AskEvent, ClaimChecked, EvidenceFound, Searching, TextDelta
from assistant.types import Answer, Citation, Claim, Reference, Support


def claim(n: int, support: Support = Support.SUPPORTED) -> Claim:
    citation = Citation(n=n, paper_id=f"p{n}", title="", quote=f"Said {n}.", start=0, end=7)
    return Claim(text=f"Said {n}.", support=support, citations=(citation,))


def events(*claims: Claim) -> Iterator[AskEvent]:
    references = tuple(Reference(n=n, paper_id=f"p{n}", title="") for n in (1, 2, 3))
    answer = Answer(question="?", text=f"As written: {format_quotes(claims)}", claims=claims, references=references)
    yield Searching(query="?")
    yield EvidenceFound(paper_ids=("p1", "p2", "p3"))
    yield from (ClaimChecked(claim=one) for one in claims)
    yield TextDelta(text=answer.text)
    yield AnswerDone(answer=answer)


def strictly(given: Iterable[AskEvent]) -> list[AskEvent]:
    return [shown for event in given for shown in keep_supported(event)]


def test_an_answer_that_holds_is_left_as_it_is() -> None:
    whole = list(events(claim(1), claim(2)))
    assert strictly(whole) == whole


def test_what_does_not_hold_is_left_out_everywhere() -> None:
    doubtful = claim(1, Support.PARTIAL), claim(2, Support.UNSUPPORTED)
    *others, delta, done = strictly(events(doubtful[0], claim(3), doubtful[1]))
    assert isinstance(delta, TextDelta)
    assert isinstance(done, AnswerDone)
    assert [one.claim.text for one in others if isinstance(one, ClaimChecked)] == ["Said 3."]
    assert done.answer.text == delta.text == "“Said 3.” [1]"
    assert [(one.n, one.paper_id) for one in done.answer.references] == [(1, "p3")]
    assert [citation.n for one in done.answer.claims for citation in one.citations] == [1]
    assert not done.answer.abstained


def test_an_answer_of_which_nothing_holds_abstains() -> None:
    done = strictly(events(claim(1, Support.UNSUPPORTED)))[-1]
    assert isinstance(done, AnswerDone)
    assert (done.answer.abstained, done.answer.claims, done.answer.references) == (True, (), ())
    assert done.answer.text == done.answer.reason == "No sentence of the answer is worded as in its source."


def test_an_abstention_stays_one() -> None:
    abstained = Answer(question="?", text="Nothing.", abstained=True, reason="Nothing.")
    assert strictly([AnswerDone(answer=abstained)])[-1] == AnswerDone(answer=abstained)
