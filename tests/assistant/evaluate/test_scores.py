"""The scores, each on answers whose score is plain to see."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from assistant.evaluate import Evaluation, Question, evaluate, load_questions
from assistant.types import Answer, Citation, Claim, Reference, Support, Trace
from store.errors import InputError, NotFound
from store.paper import Paper
from store.results import Hit

PAPERS = [Paper(id=f"p{n}", title=f"Paper {n}", abstract=f"We reach {n}0.5 points. It holds.") for n in range(1, 8)]


class Library:
    """Answers as it is told to; searching finds the papers named in the query, then the others."""

    def __init__(self, *answers: Answer | InputError, papers: Sequence[Paper] = PAPERS) -> None:
        self.answers = list(answers)
        self.papers = papers
        self.asked: list[tuple[str, tuple[str, ...]]] = []

    def ask(self, question: str, history: Sequence[str]) -> Answer:
        self.asked.append((question, tuple(history)))
        answer = self.answers[len(self.asked) - 1]
        if isinstance(answer, InputError):
            raise answer
        return answer

    def search(self, query: str) -> list[Hit]:
        return [Hit(paper=paper, score=0.5) for paper in sorted(self.papers, key=lambda p: p.title not in query)]

    def paper(self, id: str) -> Paper:
        for paper in self.papers:
            if paper.id == id:
                return paper
        raise NotFound(f"no paper {id}")


def ask_for(*papers: int, type: str = "fact", **fields: object) -> Question:
    values = {"id": "q1", "type": type, "question": "Why?", "papers": [f"Paper {n}" for n in papers], **fields}
    return Question.model_validate(values)


def answered(*papers: int, text: str = "Because.", **fields: object) -> Answer:
    references = tuple(Reference(n=i, paper_id=f"p{n}", title=f"paper  {n}!") for i, n in enumerate(papers, 1))
    citations = tuple(
        Citation(n=i, paper_id=f"p{n}", title=f"Paper {n}", quote=f"We reach {n}0.5 points.", start=0, end=21)
        for i, n in enumerate(papers, 1)
    )
    claims = (Claim(text=text, support=Support.WORDED, citations=citations),)
    values = {"question": "Why?", "text": text, "claims": claims, "references": references, **fields}
    return Answer.model_validate(values)


def scored(question: Question, answer: Answer | InputError) -> Evaluation:
    library = Library(answer)
    return evaluate([question], library.ask, library.search, library.paper)


def what(evaluation: Evaluation) -> list[tuple[str, str]]:
    return [(miss.metric, miss.what) for miss in evaluation.missed]


def test_a_perfect_run_misses_nothing() -> None:
    questions = [
        ask_for(1, answer_any=["10.5", "nothing"], answer_all=["because"]),
        ask_for(2, 3, id="q2", type="multi", need_all_papers=True),
        ask_for(4, 5, id="q3", type="metadata", need_all_papers=True),
        ask_for(id="q4", type="unanswerable", abstain=True),
    ]
    library = Library(answered(1), answered(3, 2), answered(5, 4, 1), answered(abstained=True))
    evaluation = evaluate(questions, library.ask, library.search, library.paper)
    assert evaluation == Evaluation(
        gold_at_5=1,
        cited=1,
        contains=1,
        multi_recall=1,
        metadata_recall=1,
        verbatim=1,
        abstention_precision=1,
        abstention_recall=1,
        false_abstentions=0,
        questions=4,
        answerable=3,
        failed=0,
        citations=6,
        unknown_titles=0,
    )
    assert Evaluation.model_validate_json(evaluation.model_dump_json()) == evaluation


def test_no_question_of_a_kind_gives_no_score() -> None:
    scores = evaluate([], Library().ask, Library().search, Library().paper).model_dump()
    kinds = ("gold_at_5", "cited", "contains", "multi_recall", "metadata_recall", "verbatim")
    for metric in (*kinds, "abstention_precision", "abstention_recall"):
        assert scores[metric] is None
    assert scored(ask_for(), answered(1)).cited is None


@pytest.mark.parametrize(("paper", "score"), [(5, 1), (6, 0)])
def test_gold_at_5_looks_at_the_first_five(paper: int, score: int) -> None:
    evaluation = scored(ask_for(paper), answered(paper))
    assert evaluation.gold_at_5 == score
    assert [miss.metric for miss in evaluation.missed] == ["gold_at_5"] * (1 - score)


@pytest.mark.parametrize(("searched", "cites", "score"), [("Paper 7", 1, 1), ("", 7, 1), ("Paper 1", 7, 0), ("", 1, 0)])
def test_a_follow_up_is_searched_as_the_answerer_did(searched: str, cites: int, score: int) -> None:
    question = ask_for(7, history=["What is it?"])
    library = Library(answered(cites, trace=Trace(searched=searched)))
    evaluation = evaluate([question], library.ask, library.search, library.paper)
    assert evaluation.gold_at_5 == score
    assert library.asked == [("Why?", ("What is it?",))]


def test_cited_wants_one_gold_paper() -> None:
    assert scored(ask_for(1, 2), answered(3, 2)).cited == 1
    evaluation = scored(ask_for(1, 2), answered(3))
    assert evaluation.cited == 0
    assert what(evaluation) == [("cited", "the answer cites none of “Paper 1”, “Paper 2”")]


def test_contains_looks_at_text_and_quotes() -> None:
    assert scored(ask_for(answer_all=["10.5", "Because"]), answered(1)).contains == 1
    evaluation = scored(ask_for(answer_all=["10.5", "5", "10"], answer_any=["20.5", "no"]), answered(1))
    assert evaluation.contains == 0
    lacks = "the answer and its quotes "
    assert what(evaluation) == [("contains", f"{lacks}lack “5”, “10”; {lacks}hold none of “20.5”, “no”")]


def test_recall_is_averaged_by_question() -> None:
    questions = [
        ask_for(1, 2, 3, 4, id="a", type="multi", need_all_papers=True),
        ask_for(1, 2, id="b", type="multi", need_all_papers=True),
        ask_for(1, 2, id="c", type="metadata", need_all_papers=True),
        ask_for(1, 2, id="d", type="multi"),
    ]
    library = Library(answered(1), answered(2, 1), answered(7, 1), answered(1))
    evaluation = evaluate(questions, library.ask, library.search, library.paper)
    assert (evaluation.multi_recall, evaluation.metadata_recall) == (0.625, 0.5)
    assert [(miss.id, miss.what) for miss in evaluation.missed] == [
        ("a", "3 of 4 papers are not cited: “Paper 2”, “Paper 3”, “Paper 4”"),
        ("c", "1 of 2 papers are not cited: “Paper 2”"),
    ]


@pytest.mark.parametrize(
    ("paper_id", "quote", "start", "end", "good"),
    [
        ("p1", "It holds.", 22, 31, True),
        ("p1", "It holds.", -9, 31, False),
        ("p1", "It holds!", 22, 31, False),
        ("p1", "It holds.", 21, 30, False),
        ("p1", "", 0, 0, True),
        ("p1", "", 3, 3, False),
        ("bare", "", 0, 0, True),
        ("gone", "It holds.", 22, 31, False),
    ],
)
def test_verbatim_compares_with_the_abstract(paper_id: str, quote: str, start: int, end: int, good: bool) -> None:
    citation = Citation(n=1, paper_id=paper_id, title="A", quote=quote, start=start, end=end)
    claim = Claim(text="x", support=Support.WORDED, citations=(citation,))
    library = Library(answered(claims=(claim,)), papers=[*PAPERS, Paper(id="bare", title="Bare")])
    evaluation = evaluate([ask_for()], library.ask, library.search, library.paper)
    assert (evaluation.verbatim, evaluation.citations) == (good, 1)
    assert [miss.metric for miss in evaluation.missed] == ["verbatim"] * (not good)


def test_abstentions_are_counted_both_ways() -> None:
    questions = [
        ask_for(id="a", abstain=True),
        ask_for(id="b", abstain=True),
        ask_for(id="c", abstain=True, papers=["Paper 9"], answer_any=["42"]),
        ask_for(1, id="d"),
    ]
    refused = answered(1, abstained=True, reason="Too little evidence.")
    library = Library(refused, refused, answered(1), refused)
    evaluation = evaluate(questions, library.ask, library.search, library.paper)
    assert evaluation.abstention_precision == pytest.approx(2 / 3)
    assert evaluation.abstention_recall == pytest.approx(2 / 3)
    assert (evaluation.false_abstentions, evaluation.answerable, evaluation.contains) == (1, 1, None)
    assert [(miss.id, miss.metric, miss.what) for miss in evaluation.missed] == [
        ("c", "abstention_recall", "answered what the library cannot answer"),
        ("d", "abstention_precision", "abstained though there is an answer: Too little evidence."),
    ]


def test_a_title_that_the_library_lacks_is_told() -> None:
    evaluation = scored(ask_for(1, papers=["Paper 1", "Paper 99"]), answered(1))
    assert (evaluation.unknown_titles, evaluation.cited) == (1, 1)
    (miss,) = evaluation.missed
    assert (miss.metric, miss.question) == ("unknown_titles", "Why?")
    assert "“Paper 99”" in miss.what


def test_a_question_that_fails_costs_its_own_score_only() -> None:
    questions = [ask_for(1, id="a", answer_any=["10.5"]), ask_for(1, id="b", answer_any=["10.5"])]
    library = Library(InputError("The question is too long.", "Shorten it."), answered(1))
    evaluation = evaluate(questions, library.ask, library.search, library.paper)
    assert (evaluation.failed, evaluation.questions) == (1, 2)
    assert (evaluation.gold_at_5, evaluation.cited, evaluation.contains) == (0.5, 0.5, 0.5)
    assert [(miss.id, miss.what) for miss in evaluation.missed] == [("a", "The question is too long. Shorten it.")]


def test_a_search_that_fails_ends_no_run() -> None:
    def search(query: str) -> list[Hit]:
        raise InputError(f"Cannot search {query}.")

    library = Library(answered(1))
    evaluation = evaluate([ask_for(1)], library.ask, search, library.paper)
    assert what(evaluation) == [("failed", "Cannot search Why?.")]


def test_answers_that_quote_the_gold_abstracts_are_perfect_on_the_shared_questions(shared: Path) -> None:
    records = json.loads((shared / "eval" / "listing_records.json").read_text(encoding="utf-8"))["records"]
    papers = {
        record["title"]: Paper(id=str(n), title=record["title"], abstract=record["abstract"])
        for n, record in enumerate(records)
    }
    by_id = {paper.id: paper for paper in papers.values()}
    questions = load_questions(shared / "eval" / "questions.jsonl")
    gold = {question.question: [papers[title] for title in question.papers] for question in questions}

    def ask(question: str, history: Sequence[str]) -> Answer:
        references = [Reference(n=n, paper_id=paper.id, title=paper.title) for n, paper in enumerate(gold[question], 1)]
        text = " ".join(paper.abstract for paper in gold[question])
        return Answer(question=question, text=text, references=tuple(references), abstained=not references)

    def search(query: str) -> list[Hit]:
        return [Hit(paper=paper, score=1) for paper in gold[query]]

    evaluation = evaluate(questions, ask, search, by_id.__getitem__)
    assert evaluation.missed == ()
    assert evaluation.gold_at_5 == evaluation.contains == evaluation.multi_recall == evaluation.abstention_recall == 1
