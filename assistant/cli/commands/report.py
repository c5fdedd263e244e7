"""``conspectus report``."""

from argparse import Namespace
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from assistant.api import Assistant
from assistant.cli.opening import conditions, opened, opened_with, settings_of
from assistant.cli.output import Output
from assistant.cli.reported import making, show_diff, summary
from assistant.report.diff import diff
from assistant.report.door import replaying
from assistant.report.events import ReportDone, ReportEvent
from assistant.report.manifest import read_report
from assistant.report.pictures.drawn import drawn
from assistant.report.render.files import PICTURED, text, write
from assistant.report.render.manuscript import manuscript
from assistant.report.types import Kind, Report
from store.citation_keys import keys_in
from store.errors import InputError, LibraryError
from store.paper import Paper

DIFF = "diff"
_TEXT = "md"


def run(args: Namespace, out: Output) -> int:
    """Write a report, or compare two."""
    if args.words[:1] == [DIFF] and not args.replay:
        return _compare(args.words[1:], out)
    format = _format(args, out)
    if args.replay:
        if args.words:
            raise InputError("--replay takes what the report is about from the manifest.", "Leave out KIND and TOPIC.")
        with opened(args) as assistant:
            _tell(assistant, args, out, format, assistant._loop.blocking(replaying(assistant.library, args.replay)))
        return 0
    settings = settings_of(args)
    with opened_with(settings) as assistant:
        kind, topic = _asked(args.words)
        events = assistant.summarizing(kind, topic, strict=settings.strict, seed=args.seed, **conditions(args))
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
    done = _last(out, events)
    if args.output:
        files = _written(assistant, done.report, Path(args.output), format, Path(args.csl) if args.csl else None)
        out.note(f"Written: {', '.join(map(str, files))}")
    if out.json and (args.output or format == "json"):
        out.document(done.report)
    elif not args.output:
        papers = _cited(assistant, done.report)
        out.text(text(manuscript(done.report, papers, keys_in(assistant.library, papers)), format))
    out.note(summary(done))


def _last(out: Output, events: Iterator[ReportEvent]) -> ReportDone:
    with making(out.notes) as told, closing(events):  # type: ignore[type-var]
        for event in events:
            told(event)
            if isinstance(event, ReportDone):
                return event
    raise AssertionError("the report ended without its last event")


def _written(assistant: Assistant, report: Report, path: Path, format: str, csl: Path | None) -> list[Path]:
    """Write the report, and its manifest beside it unless it holds it."""
    papers = _cited(assistant, report)
    pictures = drawn(assistant.library, report) if format in PICTURED else ()
    keys = keys_in(assistant.library, papers)
    files = [*write(report, papers, path, format, keys=keys, pictures=pictures, csl=csl)]
    if format != "json":
        manifest = path.with_suffix(".manifest.json")
        try:
            manifest.write_text(report.manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")
        except OSError as error:
            raise LibraryError(f"{manifest} cannot be written: {error.strerror}.", "Give another place.") from error
        files.append(manifest)
    return files


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
