from assistant.answer.extractive import _answer_with_quotes
from assistant.answer.pipeline import drop_doubtful, renumber_claims
from assistant.answer.replies import (
    Quote,
    cite_quote,
    format_papers,
    format_quotes,
    format_sentences,
    make_quoted_claims,
    number_references,
)
from assistant.answer.selection import Selection
from assistant.types import Answer, Citation, Claim, Reference, Support
from store.results import ScoredSentence
from tests.assistant import small

A = small.paper(
    "a", "On *Queues*", "Queues grow. They [1] end.", "Ann Ode", 2018, venue="V", urls=("https://example.org/a",)
)
B = small.paper("b", "On Trees", "Trees grow.")
SILENT = small.paper("s", "Silence", year=2020)


def quote(paper: object, start: int, end: int) -> Quote:
    assert isinstance(paper, type(A))
    return Quote(paper, ScoredSentence(text=paper.abstract[start:end], start=start, end=end))


QUOTES = [quote(B, 0, 11), quote(A, 13, 26), quote(A, 0, 12), Quote(SILENT, None)]


def test_references_are_numbered_in_order_of_first_use() -> None:
    made = number_references([B, A, A, SILENT, B])
    assert [(one.n, one.paper_id) for one in made] == [(1, "b"), (2, "a"), (3, "s")]
    assert (made[1].authors, made[1].year, made[1].venue, made[1].urls) == (
        ("Ann Ode",),
        2018,
        "V",
        ("https://example.org/a",),
    )


def test_an_author_whom_the_source_hides_is_not_listed_in_order() -> None:
    hidden = A.authors[0].model_copy(update={"name": "Cy Pay", "position": None})
    paper = A.model_copy(update={"authors": (*A.authors, hidden), "authors_truncated": True})
    (made,) = number_references([paper])
    assert (made.authors, made.authors_truncated) == (("Ann Ode",), True)


def test_a_claim_is_its_sentence_with_its_span() -> None:
    claims = make_quoted_claims(QUOTES)
    assert [(claim.text, claim.citations[0].n) for claim in claims] == [
        ("Trees grow.", 1),
        ("They [1] end.", 2),
        ("Queues grow.", 2),
        ("Silence", 3),
    ]
    assert {claim.support for claim in claims} == {Support.QUOTED}
    for claim, made in zip(claims, QUOTES, strict=True):
        (citation,) = claim.citations
        assert citation.quote == made.paper.abstract[citation.start : citation.end]
    assert (claims[-1].citations[0].quote, claims[-1].citations[0].end) == ("", 0)


def test_prose_keeps_the_sentences_of_a_paper_together() -> None:
    assert (
        format_quotes(make_quoted_claims(QUOTES[:3])) == "“Trees grow.” [1] *=*"
        "\n\n"
        r"“They \[1\] end.” [2] *=* “Queues grow.” [2] *=*"
    )


def test_a_list_has_title_year_and_sentence() -> None:
    claims = make_quoted_claims(QUOTES[1:2] + QUOTES[3:] + QUOTES[:1])
    assert format_papers(claims, [A, SILENT, B]).splitlines() == [
        r"- **On \*Queues\*** (2018): “They \[1\] end.” [1] *=*",
        "- **Silence** (2020) (no abstract) [2] *=*",
        "- **On Trees** (undated): “Trees grow.” [3] *=*",
    ]


def test_what_is_left_is_numbered_anew() -> None:
    claims = make_quoted_claims(QUOTES)
    left, cited = renumber_claims(claims[1:], number_references([B, A, SILENT]))
    assert [claim.citations[0].n for claim in left] == [1, 1, 2]
    assert [(one.n, one.paper_id) for one in cited] == [(1, "a"), (2, "s")]


def test_a_citation_is_the_sentence_and_where_it_stands() -> None:
    assert cite_quote(quote(A, 13, 26), 7) == Citation(
        n=7, paper_id="a", title="On *Queues*", quote="They [1] end.", start=13, end=26
    )
    assert cite_quote(Quote(SILENT, None), 2) == Citation(n=2, paper_id="s", title="Silence", quote="", start=0, end=0)


def test_a_reference_is_the_record() -> None:
    assert number_references([A]) == (
        Reference(
            n=1,
            paper_id="a",
            title="On *Queues*",
            authors=("Ann Ode",),
            authors_truncated=False,
            year=2018,
            venue="V",
            urls=("https://example.org/a",),
        ),
    )
    (retracted,) = number_references([A.model_copy(update={"retraction": "retracted"})])
    assert retracted.title == A.model_copy(update={"retraction": "retracted"}).marked_title != "On *Queues*"


def test_an_answer_in_quotes_has_their_claims_and_references() -> None:
    reply = _answer_with_quotes(Selection(QUOTES[:1], QUOTES[1:3]))
    made = make_quoted_claims(QUOTES[:3])
    assert reply.text == format_quotes(made[:1]) == "“Trees grow.” [1] *=*"
    assert reply.claims == (made[0], *(claim.model_copy(update={"further": True}) for claim in made[1:]))
    assert [(reference.n, reference.paper_id) for reference in reply.references] == [(1, "b"), (2, "a")]
    assert (reply.abstained, reply.reason) == (False, "")


def test_a_model_s_claim_shows_each_number_once_and_what_the_check_made_of_it() -> None:
    first, second = cite_quote(QUOTES[0], 1), cite_quote(QUOTES[1], 2)
    claims = [
        Claim(text="Trees *grow*.", support=Support.WORDED, citations=(second, first, second)),
        Claim(text="They end.", support=Support.ABSENT, citations=(first,)),
        Claim(text="So.", support=Support.DOUBTFUL),
    ]
    assert format_sentences(claims) == (
        r"Trees \*grow\*. [2] [1] *≈* They end. [1] **(– not found in its source)** So. *(? in doubt)*"
    )


def test_a_further_claim_is_marked_and_one_of_the_text_is_written_as_before() -> None:
    claim = Claim(text="Trees grow.", support=Support.QUOTED)
    further = claim.model_copy(update={"further": True})
    assert "further" not in claim.model_dump()
    assert further.model_dump()["further"] is True
    answer = Answer(question="?", text="", claims=(claim, further))
    assert Answer.model_validate_json(answer.model_dump_json()) == answer
    assert (answer.shown, answer.further) == ((claim,), (further,))


def test_what_a_strict_answer_opens_with_may_be_a_further_sentence() -> None:
    doubtful = Claim(text="Trees end.", support=Support.DOUBTFUL, citations=(cite_quote(QUOTES[0], 1),))
    sound = make_quoted_claims(QUOTES[:1])[0].model_copy(update={"further": True})
    answer = Answer(question="?", text="x", claims=(doubtful, sound), references=number_references([B]))
    left = drop_doubtful(answer)
    assert (left.text, left.further) == ("“Trees grow.” [1] *=*", ())
    both = drop_doubtful(answer.model_copy(update={"claims": (doubtful, *make_quoted_claims(QUOTES[:1]), sound)}))
    assert (both.text, len(both.shown), len(both.further)) == ("“Trees grow.” [1] *=*", 1, 1)
