"""``conspectus demo``."""

from argparse import Namespace
from importlib.resources import as_file, files
from pathlib import Path
from shlex import join

from assistant import AddReport, Assistant, Frozen, Profile
from assistant.cli.answers import ask_question, show_answer
from assistant.cli.console import Output
from assistant.cli.formatting import count_noun
from assistant.cli.imports import show_progress
from assistant.cli.library_context import open_assistant, read_settings
from assistant.display import describe_profile
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
    settings = read_settings(args)
    # Not the library of the settings: the sample does not belong among a user's own papers.
    folder = Path(args.library).expanduser() if args.library else Assistant.default_folder().with_name("demo-library")
    library = str(folder)
    with open_assistant(settings.model_copy(update={"library": folder})) as assistant:
        report = _add_sample(assistant, library, out)
        if not out.json:
            _show_import(assistant, report, out)
        answers = tuple(_answer_question(assistant, question, out) for question in QUESTIONS)
        demo = Demo(library=library, report=report, profiles=assistant.papers.profiles(), answers=answers)
    if out.json:
        out.write_document(demo)
    else:
        _show_next_steps(library, out)
    return 0


def _add_sample(assistant: Assistant, library: str, out: Output) -> AddReport:
    out.write_note(f"Library {library}: adding the sample of 45 papers; the first time takes some seconds.")
    with (
        as_file(files("assistant") / "data" / "namkoong_listing.txt") as file,
        show_progress(out.notes, file.name) as listen,
    ):
        return assistant.add(file, on_event=listen)


def _show_import(assistant: Assistant, report: AddReport, out: Output) -> None:
    new = report.added + report.updated
    out.page.write_line(
        f"Added {count_noun(new, 'paper')}."
        if new
        else f"All {count_noun(report.unchanged, 'paper')} were there already."
    )
    for profile in assistant.papers.profiles():
        out.page.write_line(describe_profile(profile))


def _answer_question(assistant: Assistant, question: str, out: Output) -> Answer:
    answer = ask_question(assistant, out.notes, question)
    if not out.json:
        out.page.write_line()
        out.page.write_line((question, "bold"), indent=2, first=(">", "cyan"))
        out.page.write_line()
        show_answer(out.page, answer)
    return answer


def _show_next_steps(library: str, out: Output) -> None:
    there = join(["--library", library])
    out.page.write_line()
    out.page.write_line(("Go on with", "bold"))
    for command in (
        f'conspectus {there} ask "What did Ethan Che work on?"',
        f"conspectus {there} papers --since 2024",
        "conspectus add YOUR-PAPERS.jsonl",
        'conspectus ask "…"',
    ):
        out.page.write_line(command, indent=2)
