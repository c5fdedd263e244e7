"""How CPU time grows with the length of what is read: ``python -m benchmarks.growth``; fails where a bar is missed.

Where the worker is a regular expression, its steps cannot be counted, so the tests count calls and this measures time:
each text once of ``SIZE`` characters and once four times as long. What is linear takes four times as long then.
"""

import random
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from time import process_time
from typing import NamedTuple

from assistant.answer.sufficiency import measure_coverage, score_form, score_gist
from assistant.client import Assistant
from assistant.question.author_mentions import find_authors
from assistant.question.parse import parse_question
from assistant.sessions import Sessions
from assistant.testing import HashEmbedder
from assistant.types import Answer, Turn
from benchmarks.chat import made
from store.index.snapshot import Snapshot
from store.paper import Paper, Source
from store.results import Hit
from store.text.clean import clean_characters, clean_text
from store.text.sentences import sentence_spans

SIZE = 100_000
# Four is linear; what is short is noisy, and what sorts is a little more. Quadratic is sixteen.
GROWTH = 6.0
# Seconds below which a ratio is noise.
LEAST = 0.05
UNITS = (
    *("word ", "Größe — ", "{", "$", "$ a ", "$x$", r"\begin{equation}", r"\emph{", r"\frac{", "\\", r"\(", "<", "<b "),
    *("&amp;", "<sup>", "<math>", "<!--", "\x1b]0;", "\u200b", r"\"a ", "``", "% ", r"\foo{", "http://", "^{"),
    *("<title>", "-"),
)
ENDS = ("word ", "a", ".", ". ", "a. ", "A. ", "Ab. Cd", "word.The ", "? ", "1. ", '."', " ")


class Case(NamedTuple):
    """What is measured: its name, the work for a length, the seconds that four times ``SIZE`` may take."""

    name: str
    work: Callable[[int], object]
    bar: float


def repeated(unit: str, size: int) -> str:
    """A unit, again and again, up to a length."""
    return (unit * (size // len(unit) + 1))[:size]


def cases(folder: Path, view: Snapshot) -> Iterator[Case]:
    """Everything that once was, or might be, quadratic. The bars leave twice what was measured, or more."""
    for unit in UNITS:
        yield Case(f"clean_text {unit!r}", lambda n, unit=unit: clean_text(repeated(unit, n)), 2.0)  # type: ignore[misc]
    for unit in ENDS:
        yield Case(f"sentence_spans {unit!r}", lambda n, unit=unit: sentence_spans(repeated(unit, n)), 2.0)  # type: ignore[misc]
    noise = "".join(random.Random(1).choices("\\${}<>&;\"'`~^_-% abemph\n", k=4 * SIZE))
    yield Case("clean_text of noise", lambda n: clean_text(noise[:n]), 12.0)
    formulas = " ".join(rf"$\alpha_{{{number}}}$" for number in range(4 * SIZE // 12))
    yield Case("clean_text of formulas", lambda n: clean_text(formulas[:n]), 3.0)
    yield Case("clean_characters of accents", lambda n: clean_characters("a" + repeated("\u0316\u0301", n)), 1.0)
    for unit in ("we ", "a", "our method ", "what is "):
        yield Case(f"wording {unit!r}", partial(word, unit), 3.0)
    for unit in ("a", "a1", "A-", "1"):
        yield Case(f"weigh a word of {unit!r}", partial(weighed, view, unit), 1.5)
    for unit in ("how do ", "papers in LG and ", "a", "2018 ", "Che ", "by "):
        yield Case(f"understand {unit!r}", lambda n, unit=unit: parse_question(repeated(unit, n), view), 1.5)  # type: ignore[misc]
    # A question is cut at 2,000 characters before people are looked for in it.
    for start, unit in (
        ("", "Che "),
        ("papers ", "by "),
        ("papers by ", "Aaa Bbb "),
        ("papers by ", "O'"),
        ("by é", "é"),
    ):
        yield Case(f"find_people {unit!r}", partial(people, view, start, unit), 1.5)
    yield Case("a list of sessions", partial(listed, folder), 1.0)


def word(unit: str, size: int) -> None:
    """What is preferred of a long sentence."""
    text = repeated(unit, size)
    score_form(text[:2000], text)
    score_gist(text)


def weighed(view: Snapshot, unit: str, size: int) -> None:
    """A paper with one very long word."""
    text = f"A{repeated(unit, size)}"
    paper = Paper(id="x", title="X", abstract=text, abstract_raw=text, source=Source(file="x", line=1, format="jsonl"))
    measure_coverage(view, "fairness", [Hit(paper=paper, score=1.0)])


def people(view: Snapshot, start: str, unit: str, size: int) -> None:
    """People in a question of 2,000 characters for four times ``SIZE``, as long as one can be."""
    find_authors(start + repeated(unit, 2000 * size // (4 * SIZE)), view)


def listed(folder: Path, size: int) -> None:
    """A list of a thousand sessions for four times ``SIZE``; they are made when they are missing."""
    sessions = Sessions(folder / f"sessions-{size}")
    for _ in range(1000 * size // (4 * SIZE) if not sessions.list() else 0):
        session = sessions.new()
        sessions.record(session.id, Turn.now("What is rare?", Answer(question="What is rare?", text="Crashes. " * 200)))
    Sessions(folder / f"sessions-{size}").list()


def seconds(work: Callable[[int], object], size: int) -> float:
    """CPU seconds of the quickest of three runs."""
    times = []
    for _ in range(3):
        began = process_time()
        work(size)
        times.append(process_time() - began)
    return min(times)


def main() -> None:
    """Print a line for each case, and fail where a bar is missed."""
    missed = 0
    with tempfile.TemporaryDirectory() as name:
        assistant = Assistant.open(made(Path(name) / "library"), embedder=HashEmbedder())
        view = assistant.library.view()
        assert view is not None
        for case in cases(Path(name), view):
            case.work(SIZE)
            short, long = seconds(case.work, SIZE), seconds(case.work, 4 * SIZE)
            growth = long / short if short else 1.0
            held = long <= case.bar and (long < LEAST or growth <= GROWTH)
            missed += not held
            ratio = f"{growth:5.1f} x" if long >= LEAST else "      -"
            verdict = "ok" if held else "MISSED"
            print(
                f"{case.name:32s} {short:7.3f} s {long:7.3f} s {ratio} (bars {case.bar:g} s, {GROWTH:g} x)  {verdict}"
            )
    sys.exit(bool(missed))


if __name__ == "__main__":
    main()
