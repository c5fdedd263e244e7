"""Through how many files a question goes; a part of ``python -m benchmarks.house``.

It runs the product on the sample and counts the files of which a function is entered (``testing`` aside) by the second
call, when everything is loaded; and the async generators that are resumed for each piece of text that a question in a
session streams to code that awaits it. Of the product it uses ``Assistant`` alone; the options name its methods.
"""

import argparse
import asyncio
import inspect
import re
import sys
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from types import CodeType, FrameType
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PRODUCT = ("assistant", "store", "tui", "prompts")


class Recorder:
    """Which functions of the product run, in all threads that start while it is installed."""

    def __init__(self, root: Path) -> None:
        self._packages = tuple(f"{root / package}/" for package in PRODUCT)
        self._recording = False
        self._ours: dict[CodeType, bool] = {}
        self.files: set[str] = set()
        self.resumed: Counter[FrameType] = Counter()

    def install(self) -> None:
        """Watch this thread, and those to come."""
        threading.setprofile(self._watch)
        sys.setprofile(self._watch)

    def remove(self) -> None:
        """Watch no further threads."""
        threading.setprofile(None)
        sys.setprofile(None)

    def record(self, call: Callable[[], object]) -> set[str]:
        """Call something; returns the files of the product that were entered."""
        self.files, self.resumed, self._recording = set(), Counter(), True
        try:
            call()
        finally:
            self._recording = False
        return self.files

    def _watch(self, frame: FrameType, event: str, argument: object) -> None:
        if event != "call" or not self._recording:
            return
        code = frame.f_code
        if code not in self._ours:
            parts = Path(code.co_filename).parts
            self._ours[code] = code.co_filename.startswith(self._packages) and "testing" not in parts
        if self._ours[code] and code.co_name != "<module>":
            self.files.add(code.co_filename)
            if code.co_flags & inspect.CO_ASYNC_GENERATOR:
                self.resumed[frame] += 1


_BIB = """@article{{{key},
  title = {{{title}}}, author = {{Okonjo, Ada and Lindqvist, Per}}, year = {{{year}}}, journal = {{Made-up Letters}},
  abstract = {{We study {subject} in made-up ponds. Our method halves the error on three ponds. It needs no labels.}}
}}
"""
_QUESTIONS = ("Which papers study rare-event simulation?", "Which papers study Thompson sampling?")


def copy_sources(messages: Sequence[dict[str, Any]]) -> str:
    """Answer as a model that is right: the first sentence of each abstract that it was given, with its number."""
    blocks = re.findall(r"\[(\d+)\] [^\n]+\n([^\n.]+)", str(messages[-1]["content"]))
    return " ".join(f"{sentence} [{number}]." for number, sentence in blocks)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Let the names of the methods be given, for code that calls them otherwise."""
    parser.add_argument("--verbose", action="store_true", help="with --flow: list the files and generators")
    for name, default in (
        ("add", "add"),
        ("ask", "ask"),
        ("stream", "astream"),
        ("session", "sessions.create,sessions.new"),
        ("report", "reports.create,summarize"),
    ):
        parser.add_argument(f"--{name}", default=default, help=f"method of Assistant; the first there is ({default})")
    parser.add_argument("--piece", default="TextDelta", help="class of the events with a piece of text (TextDelta)")


def find_method(assistant: object, names: str) -> Callable[..., Any]:
    """The first of several methods that there is: ``reports.create,summarize``."""
    for name in names.split(","):
        value: object = assistant
        for part in name.split("."):
            value = getattr(value, part, None)
        if callable(value):
            return value
    raise SystemExit(f"Assistant has none of these methods: {names}. Name another with an option.")


def measure_flow(options: argparse.Namespace) -> list[tuple[str, str, str]]:
    """The rows that a run decides: measure, figure, bar."""
    recorder = Recorder(ROOT)
    recorder.install()  # Before the threads of the product start.
    try:
        return _run_flow(options, recorder)
    finally:
        recorder.remove()


def _run_flow(options: argparse.Namespace, recorder: Recorder) -> list[tuple[str, str, str]]:
    from assistant import Assistant
    from assistant.testing import ScriptedChatModel

    entered: dict[str, set[str]] = {}
    [sample] = [file for package in PRODUCT for file in (ROOT / package).rglob("namkoong_listing.txt")]
    with TemporaryDirectory() as folder:
        library = Path(folder) / "library"
        ponds = []
        for key, title, year, subject in (
            ("a", "Frogs in Ponds", 2019, "frogs"),
            ("b", "Newts at Night", 2021, "newts"),
        ):
            ponds.append(Path(folder) / f"{key}.bib")
            ponds[-1].write_text(_BIB.format(key=key, title=title, year=year, subject=subject), encoding="utf-8")
        with Assistant.open(library) as assistant:
            add, ask, report = (find_method(assistant, names) for names in (options.add, options.ask, options.report))
            add(sample)
            add(ponds[0])
            entered["import"] = recorder.record(lambda: add(ponds[1]))
            ask(_QUESTIONS[0])
            entered["keyless"] = recorder.record(lambda: ask(_QUESTIONS[1]))
            report("themes")
            entered["themes"] = recorder.record(lambda: report("themes"))
        with Assistant.open(library, model=ScriptedChatModel(default=copy_sources)) as assistant:
            ask, stream = find_method(assistant, options.ask), find_method(assistant, options.stream)
            ask(_QUESTIONS[0])
            entered["model"] = recorder.record(lambda: ask(_QUESTIONS[1]))
            session = find_method(assistant, options.session)().id
            events: list[object] = []

            async def collect_events() -> None:
                async for event in stream("Which papers study distribution shift?", session=session):
                    events.append(event)

            recorder.record(lambda: asyncio.run(collect_events()))
    pieces = sum(type(event).__name__ == options.piece for event in events)
    if not pieces:
        raise SystemExit(f"No event is a {options.piece}. Name another with --piece.")
    climbed = {frame.f_code.co_qualname for frame, times in recorder.resumed.items() if times >= pieces}
    generators = sum(times >= pieces for times in recorder.resumed.values())
    if options.verbose:
        for name, files in entered.items():
            print(f"{name}:", *sorted(str(Path(file).relative_to(ROOT)) for file in files), sep="\n  ")
        print(f"{pieces} pieces climb:", *sorted(climbed), sep="\n  ")
    return [
        (
            "files a question enters, keyless / by a model",
            f"{len(entered['keyless'])} / {len(entered['model'])}",
            "≤ 24 / 40",
        ),
        (
            "files an import of a paper / a themes report enters",
            f"{len(entered['import'])} / {len(entered['themes'])}",
            "≤ 50 / 30",
        ),
        ("async generators of ours that a streamed token climbs", str(generators), "1"),
    ]
