"""``conspectus report``: how far it is, the report, and what became of the claims of another."""

import json
import re
from argparse import Namespace
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from assistant import (
    Assistant,
    ChangeKind,
    ClaimChange,
    Column,
    FactsDone,
    FilterOptions,
    Report,
    ReportDiff,
    ReportDone,
    ReportEvent,
    ReportKind,
    Reports,
    ReportStarted,
    RowsDone,
    SectionDone,
    SectionStarted,
)
from assistant.cli.console import ConsolePage, Output
from assistant.cli.exit_codes import NO_ANSWER
from assistant.cli.formatting import count_noun, format_usage
from assistant.cli.library_context import open_assistant, open_library, read_evidence_filters, read_settings
from assistant.events import RequestRetried, last_event
from assistant.phrases import SCALE, count_supports
from store.errors import InputError, NotFound, TooLittle

ReportListener = Callable[[ReportEvent], None]
_COLOURS = {
    ChangeKind.ADDED: "green",
    ChangeKind.DROPPED: "red",
    ChangeKind.REWORDED: "yellow",
    ChangeKind.SUPPORT: "yellow",
}
_NAMES = {
    ChangeKind.ADDED: "added",
    ChangeKind.DROPPED: "dropped",
    ChangeKind.REWORDED: "reworded",
    ChangeKind.SUPPORT: "sign changed",
}
DIFF, REVISE = "diff", "revise"
# Words of a command that has a section written again: itself, the file, the wish.
_REVISED = 3
_STANDARD = ("-", "/dev/stdout", "/dev/fd/1")
_TEXT = "md"


def run(args: Namespace, out: Output) -> int:
    """Write a report, or compare two; ``NO_ANSWER`` where the library holds too little about the topic."""
    if args.words[:1] == [DIFF] and not args.replay:
        return _compare_reports(args, out)
    if args.words[:1] == [REVISE] and not args.replay:
        return _revise_report(args, out)
    if args.correct or args.corrections:
        return _correct_cell(args, out)
    if args.output in _STANDARD:
        args.output = None
    format = _choose_format(args, out)
    if args.output:
        Reports.check_output(args.output, format=format)
    if args.replay:
        if args.words:
            raise InputError("--replay takes what the report is about from the manifest.", "Leave out KIND and TOPIC.")
        with open_library(args) as assistant:
            _write_report(assistant, args, out, format, assistant.reports.stream_replay(args.replay))
        return 0
    settings = read_settings(args)
    with open_assistant(settings) as assistant:
        kind, topic = _split_kind(args.words)
        if args.estimate:
            return _show_estimate(assistant, args, out, read_evidence_filters(args, settings))
        events = assistant.reports.stream(
            kind,
            topic,
            strict=settings.strict,
            seed=args.seed,
            columns=_read_columns(args),
            sort=f"-{args.sort}" if args.sort and args.descending else args.sort,
            where=args.where,
            least=args.least,
            most=args.most,
            **read_evidence_filters(args, settings),
        )
        try:
            _write_report(assistant, args, out, format, events)
        except TooLittle as error:
            out.write_error(error)
            return NO_ANSWER
    return 0


def _show_estimate(assistant: Assistant, args: Namespace, out: Output, filters: FilterOptions) -> int:
    """Say what a model is going to take for each pass, and in all."""
    kind, topic = _split_kind(args.words)
    try:
        estimate = assistant.reports.estimate(
            kind, topic, columns=_read_columns(args), least=args.least, most=args.most, **filters
        )
    except TooLittle as error:
        out.write_error(error)
        return NO_ANSWER
    if out.json:
        out.write_document({**estimate.model_dump(mode="json"), "calls": estimate.calls})
        return 0
    for job in estimate.jobs:
        for name, part in job.passes.items():
            out.page.write_line(f"{name}: {count_noun(part.calls, 'call')}, {format_usage(part.usage)}")
    cost = format_usage(estimate.usage) or "nothing to pay"
    out.page.write_line((f"About {count_noun(estimate.calls, 'call')}, {cost}.", "bold"))
    return 0


@contextmanager
def show_progress(page: ConsolePage) -> Iterator[ReportListener]:
    """Show how far a report is, on a terminal only; what is yielded takes the events."""
    total = 0
    with page.show_status("choosing the papers") as show:

        def listen(event: ReportEvent) -> None:
            nonlocal total
            match event:
                case ReportStarted():
                    total = len(event.headings)
                    show(f"{count_noun(event.papers, 'paper')}, {count_noun(total, 'section')}")
                case SectionStarted():
                    show(f"section {event.n} of {total}: {event.heading[:60]}")
                case FactsDone():
                    show(f"facts of {event.done} of {count_noun(event.total, 'paper')} known")
                case RowsDone():
                    show(f"{event.done} of {count_noun(event.total, 'paper')} asked")
                case RequestRetried():
                    show(event.words)
                case SectionDone():
                    show(f"{event.done} of {count_noun(total, 'section')} written")

        yield listen


def summarize_report(event: ReportDone) -> str:
    """Say in a line what a report came to."""
    report = event.report
    buckets = Counter(str(entry.bucket) for entry in report.ledger)
    totals = ", ".join(f"{number:,} {bucket}" for bucket, number in buckets.items())
    wrote = _say_who_wrote(report) if report.manifest.identity else ""
    cost = (
        f": {format_usage(event.paid) or 'nothing paid'}, {count_noun(event.cached, 'answer')} from the cache."
        f"{_describe_passes(report)}"
        if wrote
        else ""
    )
    return (
        f"{count_noun(len(report.ledger), 'paper')}: {totals}. "
        f"{count_supports(claim.support for claim in report.claims)}.{wrote}{cost}"
    )


def _describe_passes(report: Report) -> str:
    """Say what each pass took, now or earlier; "" for a report that is written in one."""
    passes = [f"{name} {format_usage(usage)}" for name, usage in report.manifest.passes.items()]
    return f" By pass, now or earlier: {'; '.join(passes)}." if passes else ""


def _say_who_wrote(report: Report) -> str:
    """Say how much of a report its model wrote: in how many of its sections with text a word of it stands."""
    model = report.manifest.model
    asked = [section for section in report.sections if section.paragraphs or section.mode == model]
    written = sum(section.mode == model for section in asked)
    if not written:
        return f" {model} was asked, and nothing that it wrote stands in the report"
    return f" Written by {model}" + (
        "" if written == len(asked) else f", but for {count_noun(len(asked) - written, 'section')} that quote abstracts"
    )


def show_diff(page: ConsolePage, changes: ReportDiff) -> None:
    """Write what became of the claims."""
    for change in changes.changes:
        _show_change(page, change)
    counts = Counter(change.became for change in changes.changes)
    totals = ", ".join(f"{counts[became]} {_NAMES[became]}" for became in ChangeKind)
    page.write_line((f"{count_noun(changes.same, 'claim')} the same, {totals}.", "bold"))
    if changes.reasons:
        page.write_line(f"What differs: {'; '.join(changes.reasons)}")


def _show_change(page: ConsolePage, change: ClaimChange) -> None:
    page.write_line(
        (_NAMES[change.became], _COLOURS[change.became]), f" ({'; '.join(change.reasons)})" if change.reasons else ""
    )
    for sign, claim in (("-", change.before), ("+", change.after)):
        if claim is not None:
            page.write_line(f"{sign} {claim.text} ({SCALE[claim.support].glyph} {claim.words})", indent=2)
    page.write_line()


def _read_columns(args: Namespace) -> list[str | Column]:
    """Read the columns of a table: those of a file, then those that were named."""
    return [*(Reports.read_columns(args.columns) if args.columns else ()), *args.column]


def _correct_cell(args: Namespace, out: Output) -> int:
    """Keep what a cell of every table is to say from now on, or list what was kept."""
    if args.corrections:
        return _list_corrections(args, out)
    paper, column, value = args.correct
    if args.words not in ([], [ReportKind.TABLE]) or args.column or args.columns:
        raise InputError(
            "A correction makes no table.", "conspectus report table --correct PAPER COLUMN VALUE, and nothing else."
        )
    with open_library(args) as assistant:
        with suppress(NotFound):  # ``correct`` says so in the words of tables.
            paper = assistant.papers.get(paper).id
        assistant.reports.correct(paper, column, value)
    kept = f"is {value!r} from now on, as yours" if value.strip() else "is what the abstract says again"
    out.write_note(f"The cell {column!r} of {paper} {kept}.")
    return 0


def _list_corrections(args: Namespace, out: Output) -> int:
    with open_library(args) as assistant:
        corrections = assistant.reports.list_corrections()
    if out.json:
        out.write_text(json.dumps(corrections, ensure_ascii=False))
        return 0
    for paper, cells in corrections.items():
        for column, value in cells.items():
            out.page.write_line((paper, "bold"), f" {column}: {value}")
    return 0


_DOCUMENTS = (".pdf", ".html", ".md", ".docx", ".odt", ".tex", ".json", ".csv", ".xlsx")


# Parts of a paper, which are columns of a table and no topics.
_PARTS = re.compile(r"limitations?|methods?|results?|findings?|conclusions?|aims?|data|availability", re.I)


def _split_kind(words: list[str]) -> tuple[str, str]:
    """Return the kind and the topic; ``themes`` where the first word is no kind.

    Raises:
        InputError: One word alone is nearly a kind or a part of a paper, or the last is the name of a file.
    """
    if words and Path(words[-1]).suffix.lower() in _DOCUMENTS:
        raise InputError(f"{words[-1]} is no topic.", f"To write the report to that file: -o {words[-1]}")
    if len(words) == 1 and words[0] not in list(ReportKind) and (near := ReportKind.find_near(words[0])):
        raise InputError(
            f"There is no report {words[0]!r}. Did you mean {near}?",
            f"If it is a topic, say the kind, too: conspectus report themes {words[0]}",
        )
    if len(words) == 1 and (part := _PARTS.fullmatch(words[0])):
        raise InputError(
            f"There is no report {words[0]!r}.",
            f"What each paper states of it: conspectus report table --column {part[0].lower()}. "
            f"If it is a topic, say the kind, too: conspectus report themes {words[0]}",
        )
    kind, rest = (words[0], words[1:]) if words and words[0] in list(ReportKind) else (ReportKind.THEMES.value, words)
    return kind, " ".join(rest)


def _choose_format(args: Namespace, out: Output) -> str:
    if args.format:
        return str(args.format)
    if out.json:
        return "json"
    return Path(args.output).suffix.removeprefix(".").lower() if args.output else _TEXT


def _write_report(
    assistant: Assistant, args: Namespace, out: Output, format: str, events: Iterator[ReportEvent]
) -> None:
    Reports.check_output(format=format, style=args.style)
    with show_progress(out.notes) as listen:
        event = last_event(events, ReportDone, listen)
    if args.output:
        folder = Path(args.output).parent
        is_new = not folder.exists()
        files = assistant.reports.save(event.report, args.output, format=format, style=args.style)
        out.write_note(f"Written: {', '.join(map(str, files))}{f' (the folder {folder} is new)' if is_new else ''}")
        if missing := Reports.explain_missing_figures(format):
            out.write_note(missing)
    if out.json and (args.output or format == "json"):
        out.write_document(event.report)
    elif not args.output:
        out.write_text(assistant.reports.render(event.report, format, args.style))
    out.write_note(summarize_report(event))


def _read_report(args: Namespace, file: str) -> Report:
    """Read a report that was saved as JSON or is kept of the file, or make it again from its manifest."""
    try:
        return Reports.read(file)
    except InputError as error:
        with open_library(args) as assistant:
            if saved := assistant.reports.find_saved(file):
                return saved
            try:
                return assistant.reports.replay(file)
            except InputError as reason:  # No manifest either: it was meant to be a report.
                raise (error if " is no " in reason.what or "cannot be read" in reason.what else reason) from None


def _revise_report(args: Namespace, out: Output) -> int:
    """Write one section of a report again; the file itself is replaced unless another is named."""
    if len(args.words) != _REVISED:
        raise InputError("A report and a wish are needed.", 'conspectus report revise A.json "section 3: shorter"')
    file, wish = args.words[1:]
    report = _read_report(args, file)
    output = args.output or file
    with open_assistant(read_settings(args)) as assistant:
        revised = assistant.reports.revise(report, wish)
        files = assistant.reports.save(revised, output, style=args.style)
    out.write_note(f"Written: {', '.join(map(str, files))}")
    if out.json:
        out.write_document(revised)
    return 0


def _compare_reports(args: Namespace, out: Output) -> int:
    files = args.words[1:]
    if len(files) != 2:
        raise InputError("Two reports are compared.", "conspectus report diff A.json B.json")
    before, after = (_read_report(args, file) for file in files)
    changes = Reports.diff(before, after)
    if out.json:
        out.write_document(changes)
    else:
        show_diff(out.page, changes)
    return 0
