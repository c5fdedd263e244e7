from assistant.answer.pipeline import drop_doubtful
from assistant.answer.replies import format_quotes
from assistant.types import Answer, Citation, Claim, Reference, Support


def claim(n: int, support: Support = Support.WORDED) -> Claim:
    citation = Citation(n=n, paper_id=f"p{n}", title="", quote=f"Said {n}.", start=0, end=7)
    return Claim(text=f"Said {n}.", support=support, citations=(citation,))


def answer(*claims: Claim) -> Answer:
    references = tuple(Reference(n=n, paper_id=f"p{n}", title="") for n in (1, 2, 3))
    return Answer(question="?", text=f"As written: {format_quotes(claims)}", claims=claims, references=references)


def test_an_answer_that_holds_is_left_as_it_is() -> None:
    whole = answer(claim(1), claim(2))
    assert drop_doubtful(whole) == whole


def test_what_does_not_hold_is_left_out_everywhere() -> None:
    strict = drop_doubtful(answer(claim(1, Support.DOUBTFUL), claim(3), claim(2, Support.ABSENT)))
    assert [one.text for one in strict.claims] == ["Said 3."]
    assert strict.text == "“Said 3.” [1] *≈*"
    assert [(one.n, one.paper_id) for one in strict.references] == [(1, "p3")]
    assert [citation.n for one in strict.claims for citation in one.citations] == [1]
    assert not strict.abstained


def test_an_answer_of_which_nothing_holds_abstains() -> None:
    strict = drop_doubtful(answer(claim(1, Support.ABSENT)))
    assert (strict.abstained, strict.claims, strict.references) == (True, (), ())
    assert (
        strict.text
        == strict.reason
        == "Every sentence of the answer is in doubt, not found in its source, or contradicted by it."
    )


def test_a_model_keeps_its_own_words() -> None:
    # Quotes stand in quotation marks, the words of a model do not.
    written = answer(claim(1, Support.ABSENT), claim(3), claim(2), claim(3)).model_copy(update={"mode": "gpt"})
    strict = drop_doubtful(written)
    assert strict.text == "Said 3. [1] *≈* Said 2. [2] *≈* Said 3. [1] *≈*"
    assert [(reference.n, reference.paper_id) for reference in strict.references] == [(1, "p3"), (2, "p2")]
    assert (strict.abstained, strict.reason, strict.mode) == (False, "", "gpt")


def test_an_abstention_stays_one() -> None:
    abstained = Answer(question="?", text="Nothing.", abstained=True, reason="Nothing.")
    assert drop_doubtful(abstained) == abstained
