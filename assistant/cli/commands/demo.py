"""``conspectus demo``."""

from argparse import Namespace
from importlib.resources import as_file, files
from pathlib import Path
from shlex import join

from assistant import AddReport, Assistant, Frozen, Profile
from assistant.cli.answers import answered, show_answer
from assistant.cli.console import Output
from assistant.cli.context import opened_with, settings_of
from assistant.cli.imports import progress
from assistant.cli.phrases import count, in_words
from assistant.types import Answer

QUESTIONS = (
    "What ImageNet top-1 accuracy does the ViT-G model soup reach?",
    "Which papers study rare-event simulation?",
    "Which enzyme repairs double-strand breaks in DNA?",
)


class Demo(Frozen):
    """What the demonstration made and answered."""

    library: str
    report: AddReport
    profiles: tuple[Profile, ...]
    answers: tuple[Answer, ...]


def run(args: Namespace, out: Output) -> int:
    """Add the sample, ask the questions, say what to do next."""
    settings = settings_of(args)
    # Not the library of the settings: the sample does not belong among a user's own papers.
    folder = Path(args.library).expanduser() if args.library else Assistant.default_folder().with_name("demo-library")
    library = str(folder)
    with opened_with(settings.model_copy(update={"library": folder})) as assistant:
        report = _add(assistant, library, out)
        if not out.json:
            _told(assistant, report, out)
        answers = tuple(_asked(assistant, question, out) for question in QUESTIONS)
        demo = Demo(library=library, report=report, profiles=assistant.papers.profiles(), answers=answers)
    if out.json:
        out.document(demo)
    else:
        _next(library, out)
    return 0


def _add(assistant: Assistant, library: str, out: Output) -> AddReport:
    out.note(f"Library {library}: adding the sample of 45 papers; the first time takes some seconds.")
    with as_file(files("assistant") / "data" / "namkoong_listing.txt") as file, progress(out.notes, file.name) as shown:
        return assistant.add(file, on_event=shown)


def _told(assistant: Assistant, report: AddReport, out: Output) -> None:
    new = report.added + report.updated
    out.page.line(
        f"Added {count(new, 'paper')}." if new else f"All {count(report.unchanged, 'paper')} were there already."
    )
    for profile in assistant.papers.profiles():
        out.page.line(in_words(profile))


def _asked(assistant: Assistant, question: str, out: Output) -> Answer:
    answer = answered(assistant, out.notes, question)
    if not out.json:
        out.page.line()
        out.page.line((question, "bold"), indent=2, first=(">", "cyan"))
        out.page.line()
        show_answer(out.page, answer)
    return answer


def _next(library: str, out: Output) -> None:
    there = join(["--library", library])
    out.page.line()
    out.page.line(("Go on with", "bold"))
    for command in (
        f'conspectus {there} ask "What did Ethan Che work on?"',
        f"conspectus {there} papers --since 2024",
        "conspectus add YOUR-PAPERS.jsonl",
        'conspectus ask "…"',
    ):
        out.page.line(command, indent=2)
