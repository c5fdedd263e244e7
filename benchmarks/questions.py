"""A new user's questions, without a model: what comes out right, half right, wrong, abstained or answered in error.

    python -m benchmarks.questions [--part dev|test] [--cache DIR] [--errors] [SET ...]

The sets, all of them where none is named:

* ``newcomer``: questions_newcomer.jsonl, labelled from the records before any answer was looked at;
* ``reader``: questions_reader.jsonl, a second reader's: conditions put together, two questions in one, comparisons;
* ``fourth``: questions_fourth.jsonl, a second person's: aggregates, definitions, numbers of authors, six libraries;
* ``fifth``: questions_fifth.jsonl, a third person's, over seven libraries;
* ``sixth``: questions_sixth.jsonl, details stated and not, and yes or no, written before the code was looked at;
* ``seventh``: questions_seventh.jsonl: lists, mentions, comparisons, combinations and questions of two parts;
* ``eighth``: questions_eighth.jsonl: details stated and left out, yes or no, lists, comparisons, by a fourth person;
* ``ninth``: questions_ninth.jsonl: 30 details that abstracts state and 30 that they leave out, three libraries;
* ``tenth``: questions_tenth.jsonl: lists about a topic, mentions and counts over five libraries;
* ``eleventh``: questions_eleventh.jsonl: facts, yes or no, comparisons, filters, outcomes, lists by a fifth person;
* ``twelfth``: questions_twelfth.jsonl: lists whose words differ from those of the papers, over five libraries;
* ``thirteenth``: questions_thirteenth.jsonl: details that abstracts state and leave out, in pairs, five libraries, and
  56 left out (``unstated later``, all ``dev``) that were typed while code was changed for the pairs;
* ``fourteenth``: questions_fourteenth.jsonl: details stated and left out, outcomes, aims, comparisons, questions within
  the field that no paper answers, by a sixth person; its ``test`` was read on 2026-11-30, after a figure of .65 was
  taken, and no longer counts as unseen;
* ``fifteenth``: questions_fifteenth.jsonl: facts, conclusions, comparisons, filters, topics, details left out and
  questions within the field that no paper answers, five libraries, by a seventh person;
* ``talk``: questions_talk.jsonl: filters with talk around them, four libraries, written before the talk was told apart;
* ``shared``: the shared cases ``question:*``;
* ``follow_ups``: follow_ups.jsonl, conversations of two or three turns;
* ``lists``: ../shared and list_questions_second.jsonl, micro precision and recall;
* ``every_list``: the lists of all the files above together (kinds topic, mention, list), micro precision and recall;
* ``field``: the questions of PubMedQA, asked of a library with their paper and of one without;
* ``conclusions``: whether the answer to a question of PubMedQA quotes the conclusion, and first;
* ``gold``: the question files that ``conspectus eval`` scores.

All but ``shared`` and ``gold`` are split in two; whoever develops looks at ``dev`` alone. ``--errors`` prints what is
missing, of ``dev`` only. Libraries are built once and kept in ``--cache``; give another folder for code that reads or
embeds differently.
"""

import argparse
import json
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple

from assistant import Answer, Assistant, Turn
from benchmarks.corpora import SHARED
from benchmarks.expectations import (
    OUTCOMES,
    RIGHT,
    SHOWN_AT_MOST,
    Expectation,
    Verdict,
    fold_name,
    judge_answer,
    list_shown,
    paper_key,
)
from benchmarks.question_libraries import name_half, open_library, read_abstracts
from benchmarks.questions_shared import quotes_conclusion, read_cases
from store.errors import ConspectusError
from store.paper import Paper

HERE = Path(__file__).parent
PARTS = ("dev", "test")
GOLD = ("", "_second", "_third")
# Files of questions with lists in them, and the kinds that these are.
WITH_LISTS = (
    "newcomer",
    "fourth",
    "fifth",
    "seventh",
    "eighth",
    "tenth",
    "eleventh",
    "twelfth",
    "fourteenth",
    "fifteenth",
)
LISTS = ("list", "list: about", "topic", "mention")


class Bench(NamedTuple):
    """What a set needs: the parts that are looked at, a library by its name, and whether errors are printed."""

    parts: Sequence[str]
    open: Callable[[str], "Shelf"]
    errors: bool

    def print_errors(self, part: str, lines: Sequence[str]) -> None:
        """Print what went wrong, unless it is of the part that is not looked at."""
        if self.errors and part == "dev":
            print("\n".join(lines))


class Shelf(NamedTuple):
    """A library, and the keys of its papers by their ids."""

    assistant: Assistant
    papers: dict[str, Paper]
    keys: dict[str, str]

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        """Ask; an error of ours is an answer that says it and holds nothing."""
        try:
            return self.assistant.ask(question, history=history)
        except ConspectusError as error:
            return Answer(question=question, text=f"error: {error}")


def main() -> None:
    """Print the figures of each set."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.questions", description=__doc__.partition("\n")[0])
    parser.add_argument("sets", nargs="*", metavar="SET", help=f"one of {', '.join(SETS)}; all by default")
    parser.add_argument("--part", choices=PARTS, help="one half alone")
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "conspectus-questions")
    parser.add_argument("--errors", action="store_true", help="print what is missing (dev only)")
    options = parser.parse_args()
    unknown = set(options.sets) - SETS.keys()
    if unknown:
        parser.error(f"no such set: {', '.join(unknown)}")

    @cache
    def open_shelf(name: str) -> Shelf:
        assistant = open_library(name, options.cache)
        papers = {paper.id: paper for paper in assistant.papers.list()}
        return Shelf(assistant, papers, {key: paper_key(paper) for key, paper in papers.items()})

    bench = Bench([options.part] if options.part else PARTS, open_shelf, options.errors)
    for name in options.sets or SETS:
        print(f"== {name}")
        SETS[name](bench)


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the rows of a JSON Lines file."""
    for line in path.read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def print_outcomes(name: str, outcomes: Counter[str]) -> None:
    """Print how many of each outcome there are."""
    total = outcomes.total()
    counts = "  ".join(f"{outcome} {outcomes[outcome]}" for outcome in OUTCOMES)
    print(f"{name:22s} n {total:3d}  right {outcomes[RIGHT] / max(total, 1):.2f}   {counts}")


def run_newcomer(bench: Bench, file: str = "questions_newcomer.jsonl") -> None:
    """Ask the questions of a new user, each by itself."""
    for part in bench.parts:
        counts: dict[str, Counter[str]] = {}
        errors = []
        for row in read_rows(HERE / file):
            if row.pop("half") == part:
                shelf = bench.open(row.pop("library"))
                number, kind, question = row.pop("id"), row.pop("kind"), row.pop("question")
                answer = shelf.ask(question)
                verdict = judge_answer(Expectation(**row), answer, list_shown(answer, shelf.keys))
                for name in ("all", kind.partition(":")[0]):
                    counts.setdefault(name, Counter())[verdict.outcome] += 1
                errors += _describe_error(f"{number} {kind}", question, answer, verdict)
        for name, outcomes in counts.items():
            print_outcomes(f"{part} {name}", outcomes)
        bench.print_errors(part, errors)


def run_shared(bench: Bench) -> None:
    """Ask the shared cases; they are in view, and belong to ``dev`` as a whole."""
    if "dev" not in bench.parts:
        return
    papers = {name: [*bench.open(name).papers.values()] for name in ("listing", "authors")}
    outcomes: Counter[str] = Counter()
    errors = []
    for case in read_cases(papers["listing"], papers["authors"]):
        shelf = bench.open(case.library)
        answer = shelf.ask(case.question)
        verdict = judge_answer(case.expected, answer, list_shown(answer, shelf.keys))
        outcomes[verdict.outcome] += 1
        errors += _describe_error(case.name, case.question, answer, verdict)
    print_outcomes("shared", outcomes)
    bench.print_errors("dev", errors)


def run_follow_ups(bench: Bench) -> None:
    """Ask conversations and judge the last answer, by what the answer before it really showed."""
    for part in bench.parts:
        outcomes: Counter[str] = Counter()
        errors = []
        for row in read_rows(HERE / "follow_ups.jsonl"):
            if row.pop("half") == part:
                shelf = bench.open(row.pop("library"))
                number, turns = row.pop("id"), row.pop("turns")
                history: list[Turn] = []
                for question in turns:
                    answer = shelf.ask(question, history)
                    history.append(Turn.now(question, answer))
                verdict = judge_follow_up(row, shelf, [turn.answer for turn in history if turn.answer])
                outcomes[verdict.outcome] += 1
                errors += _describe_error(number, " → ".join(turns), answer, verdict)
        print_outcomes(f"{part} follow-ups", outcomes)
        bench.print_errors(part, errors)


def judge_follow_up(row: dict[str, Any], shelf: Shelf, answers: Sequence[Answer]) -> Verdict:
    """Judge the last of several answers.

    ``points`` of a row are places in the list of an earlier answer (``base``, the one before the last by default): from
    1, from the end where negative, ``oldest``, ``newest`` or ``all``; ``years`` and ``author`` narrow them; ``says``
    are fields of these papers that the answer has to hold. All else is as in ``Expectation``.
    """
    row = dict(row)
    base, points, years = row.pop("base", -2), row.pop("points", None), row.pop("years", None)
    author, says = row.pop("author", None), row.pop("says", ())
    before = [reference.paper_id for reference in answers[base].references]
    shown = list_shown(answers[-1], shelf.keys)
    if points is not None:
        papers = _pick_papers(points, [shelf.papers[paper_id] for paper_id in before])
        papers = [paper for paper in papers if years is None or paper.year in years]
        if author:
            names = [
                (paper, {word for one in paper.authors for word in fold_name(one.name).split()}) for paper in papers
            ]
            papers = [paper for paper, words in names if fold_name(author) in words]
        if not papers:
            return Verdict("wrong", "the answer before shows no such paper")
        row["papers"] = tuple(map(paper_key, papers))
        row["must"] = (*row.get("must", ()), *((_read_field(paper, field),) for paper in papers for field in says))
    return judge_answer(Expectation(**row), answers[-1], shown, [shelf.keys[paper_id] for paper_id in before])


def _pick_papers(points: Any, papers: list[Paper]) -> list[Paper]:
    """Pick the papers of a list that are pointed at."""
    if points == "all":
        return papers
    dated = sorted(papers, key=lambda paper: paper.date or "")
    ends = {"oldest": dated[:1], "newest": dated[-1:]}
    picked: list[Paper] = []
    for point in points:
        if point in ends:
            picked += ends[point]
        elif 0 < abs(point) <= len(papers):
            picked.append(papers[point - 1 if point > 0 else point])
    return picked


def _read_field(paper: Paper, field: str) -> str:
    """Read what an answer has to hold of a paper: its first author, year, venue or title."""
    if field == "authors":
        return paper.authors[0].name
    return str({"year": paper.year, "venue": paper.venue, "title": paper.title}[field])


def run_lists(bench: Bench) -> None:
    """Ask for papers by a word or a topic: micro precision and recall; the shared ones are in view, and of ``dev``."""
    shared = [("listing", "dev", row) for row in read_rows(SHARED / "eval" / "list_questions.jsonl")]
    mine = [("acne", row["half"], row) for row in read_rows(HERE / "list_questions_second.jsonl")]
    for part in bench.parts:
        for name, rows in (("shared", shared), ("second", mine)):
            hits = shown_in_all = wanted_in_all = 0
            errors = []
            for library, half, row in rows:
                if half != part:
                    continue
                shelf = bench.open(library)
                answer = shelf.ask(row["question"])
                shown = {reference.paper_id for reference in answer.references}
                labels = {key for paper in shown for key in (shelf.keys[paper], shelf.papers[paper].title)}
                titles = {paper.title for paper in shelf.papers.values()}
                assert all(label in titles or label in shelf.keys.values() for label in row["papers"]), row
                right = len(labels & set(row["papers"]))
                hits, shown_in_all = hits + right, shown_in_all + len(shown)
                wanted_in_all += len(row["papers"])
                if right < max(len(shown), len(row["papers"])):
                    errors.append(f"    {right} of {len(row['papers'])}, {len(shown)} shown: {row['question']}")
            if wanted_in_all:
                precision, recall = hits / max(shown_in_all, 1), hits / wanted_in_all
                print(f"{part} lists {name:8s} precision {precision:.2f}  recall {recall:.2f}")
            bench.print_errors(part, errors)


def run_every_list(bench: Bench) -> None:
    """Ask the questions of all files for papers by a word or a topic: micro precision and recall, by kind and library.

    Papers of which either may be said do not count. Of a list that is cut after 20 papers no more than these count.
    """
    files = [HERE / f"questions_{name}.jsonl" for name in WITH_LISTS]
    rows = [row for path in files for row in read_rows(path) if row.get("papers") and row["kind"] in LISTS]
    for part in bench.parts:
        counts: dict[str, Counter[str]] = {}
        errors = []
        for row in rows:
            if row["half"] != part:
                continue
            shelf = bench.open(row["library"])
            shown = {*list_shown(shelf.ask(row["question"]), shelf.keys)} - {*row.get("maybe", ())}
            wanted = set(row["papers"]) - {*row.get("maybe", ())}
            right, most = len(shown & wanted), min(len(wanted), max(SHOWN_AT_MOST, len(shown)))
            about = "about" if row.get("about") else "words"
            for name in ("all", about, f"{about}, {row['library']}", f"{about}, {row['id'].partition('-')[0]}"):
                counts.setdefault(name, Counter()).update(n=1, right=right, shown=len(shown), wanted=most)
            if right < max(len(shown), most):
                errors.append(f"    {right} of {len(wanted)}, {len(shown)} shown: {row['id']} {row['question']}")
        for name, count in counts.items():
            precision, recall = count["right"] / max(count["shown"], 1), count["right"] / max(count["wanted"], 1)
            print(f"{part} {name:20s} n {count['n']:3d}  precision {precision:.3f}  recall {recall:.3f}")
        bench.print_errors(part, errors)


def run_field(bench: Bench) -> None:
    """Ask the questions of PubMedQA of the half of its papers with theirs, and of the half without.

    The first half of the questions is ``dev``; the papers of both libraries are those of either.
    """
    records = [*enumerate(read_abstracts())]
    for part in bench.parts:
        cut = len(records) // 2
        asked = records[:cut] if part == "dev" else records[cut:]
        counts: Counter[str] = Counter()
        for number, record in asked:
            own = name_half(number)
            other = "odd" if own == "even" else "even"
            counts["false"] += not _answers(bench.open(own).ask(record["question"]))
            counts["refused"] += not _answers(bench.open(other).ask(record["question"]))
        print(
            f"{part} of {len(asked)} questions: refused where no paper answers {counts['refused'] / len(asked):.3f},"
            f" false abstentions where one does {counts['false'] / len(asked):.3f}"
        )


def run_conclusions(bench: Bench) -> None:
    """Ask the questions of PubMedQA of all its papers: is the conclusion quoted, and is it the first sentence?"""
    shelf = bench.open("pubmed")
    records = [*read_abstracts()]
    for part in bench.parts:
        cut = len(records) // 2
        asked = records[:cut] if part == "dev" else records[cut:]
        counts: Counter[str] = Counter()
        errors = []
        for record in asked:
            answer = shelf.ask(record["question"])
            among, first = quotes_conclusion(answer, record["conclusion"])
            counts["among"] += among
            counts["first"] += first
            counts["paper"] += [reference.paper_id for reference in answer.references][:1] == [record["id"]]
            counts["abstained"] += answer.abstained
            if not first:
                errors.append(f"    {record['question']}\n        {answer.text[:160]!r}")
        print(
            f"{part} of {len(asked)}: conclusion among the sentences {counts['among'] / len(asked):.3f}, first"
            f" {counts['first'] / len(asked):.3f}; its paper first {counts['paper'] / len(asked):.3f},"
            f" abstained {counts['abstained'] / len(asked):.3f}"
        )
        bench.print_errors(part, errors)


def run_gold(bench: Bench) -> None:
    """Score the question files over the listing, as ``conspectus eval`` does."""
    files = (SHARED / "eval" / "questions.jsonl", *(HERE / f"questions{which}.jsonl" for which in GOLD))
    for path in files:
        scores = bench.open("listing").assistant.evaluate(path)
        print(
            f"{path.name:24s} n {scores.questions:3d}  cited {scores.cited:.3f}  contains {scores.contains:.3f}"
            f"  false abstentions {scores.false_abstentions} of {scores.answerable}"
            f"  abstained rightly {scores.abstention_recall:.2f}"
        )


def _answers(answer: Answer) -> bool:
    """Whether an answer claims to answer: one that says that a detail is not stated does not."""
    return not answer.abstained


def _describe_error(name: str, question: str, answer: Answer, verdict: Verdict) -> list[str]:
    """Describe what is missing, nothing where all is right."""
    if verdict.outcome == RIGHT:
        return []
    return [f"  {verdict.outcome:17s} {name}: {question}\n      {verdict.missing}\n      {answer.text[:150]!r}"]


SETS: dict[str, Callable[[Bench], None]] = {
    "newcomer": run_newcomer,
    "reader": partial(run_newcomer, file="questions_reader.jsonl"),
    "fourth": partial(run_newcomer, file="questions_fourth.jsonl"),
    "fifth": partial(run_newcomer, file="questions_fifth.jsonl"),
    "sixth": partial(run_newcomer, file="questions_sixth.jsonl"),
    "seventh": partial(run_newcomer, file="questions_seventh.jsonl"),
    "eighth": partial(run_newcomer, file="questions_eighth.jsonl"),
    "ninth": partial(run_newcomer, file="questions_ninth.jsonl"),
    "tenth": partial(run_newcomer, file="questions_tenth.jsonl"),
    "eleventh": partial(run_newcomer, file="questions_eleventh.jsonl"),
    "twelfth": partial(run_newcomer, file="questions_twelfth.jsonl"),
    "thirteenth": partial(run_newcomer, file="questions_thirteenth.jsonl"),
    "fourteenth": partial(run_newcomer, file="questions_fourteenth.jsonl"),
    "fifteenth": partial(run_newcomer, file="questions_fifteenth.jsonl"),
    "talk": partial(run_newcomer, file="questions_talk.jsonl"),
    "shared": run_shared,
    "follow_ups": run_follow_ups,
    "lists": run_lists,
    "every_list": run_every_list,
    "field": run_field,
    "conclusions": run_conclusions,
    "gold": run_gold,
}

if __name__ == "__main__":
    main()
