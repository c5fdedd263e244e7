"""``conspectus report``."""

from argparse import Namespace
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from assistant.cli.commands.reported import making, show_diff, summary
from assistant.cli.context import evidence, opened, opened_with, settings_of
from assistant.cli.output import Output
from assistant.client import Assistant
from assistant.export.csl import APA, style_file
from assistant.report.diff import diff
from assistant.report.door import replaying
from assistant.report.events import ReportDone, ReportEvent
from assistant.report.manifest import read_report
from assistant.report.render.files import TEXTS, text
from assistant.report.render.manuscript import manuscript
from assistant.report.render.saving import check_places, save
from assistant.report.schema import Kind, Report
from store.citation_keys import keys_in
from store.errors import InputError
from store.paper import Paper

DIFF = "diff"
_TEXT = "md"


def run(args: Namespace, out: Output) -> int:
    """Write a report, or compare two."""
    if args.words[:1] == [DIFF] and not args.replay:
        return _compare(args.words[1:], out)
    format = _format(args, out)
    if args.output:
        check_places({Path(args.output): format})
    if args.replay:
        if args.words:
            raise InputError("--replay takes what the report is about from the manifest.", "Leave out KIND and TOPIC.")
        with opened(args) as assistant:
            _tell(assistant, args, out, format, assistant._loop.blocking(replaying(assistant.library, args.replay)))
        return 0
    settings = settings_of(args)
    with opened_with(settings) as assistant:
        kind, topic = _asked(args.words)
        events = assistant.summarizing(kind, topic, strict=settings.strict, seed=args.seed, **evidence(args, settings))
        _tell(assistant, args, out, format, events)
    return 0


def _asked(words: list[str]) -> tuple[str, str]:
    """The kind and the topic; ``themes`` where the first word is no kind."""
    kind, rest = (words[0], words[1:]) if words and words[0] in list(Kind) else (Kind.THEMES.value, words)
    return kind, " ".join(rest)


def _format(args: Namespace, out: Output) -> str:
    if args.format:
        return str(args.format)
    if out.json:
        return "json"
    return Path(args.output).suffix.removeprefix(".").lower() if args.output else _TEXT


def _tell(assistant: Assistant, args: Namespace, out: Output, format: str, events: Iterator[ReportEvent]) -> None:
    csl = None if not args.style or (args.style == APA and format in TEXTS) else style_file(args.style)
    done = _last(out, events)
    if args.output:
        files = save(assistant.library, done.report, {Path(args.output): format}, csl)
        out.note(f"Written: {', '.join(map(str, files))}")
    if out.json and (args.output or format == "json"):
        out.document(done.report)
    elif not args.output:
        papers = _cited(assistant, done.report)
        out.text(text(manuscript(done.report, papers, keys_in(assistant.library, papers), csl=csl), format))
    out.note(summary(done))


def _last(out: Output, events: Iterator[ReportEvent]) -> ReportDone:
    with making(out.notes) as told, closing(events):  # type: ignore[type-var]
        for event in events:
            told(event)
            if isinstance(event, ReportDone):
                return event
    raise AssertionError("the report ended without its last event")


def _cited(assistant: Assistant, report: Report) -> list[Paper]:
    return assistant.library.get([reference.paper_id for reference in report.references])


def _compare(files: list[str], out: Output) -> int:
    if len(files) != 2:
        raise InputError("Two reports are compared.", "conspectus report diff A.json B.json")
    found = diff(*(read_report(Path(file)) for file in files))
    if out.json:
        out.document(found)
    else:
        show_diff(out.page, found)
    return 0
