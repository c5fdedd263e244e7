"""``conspectus sessions``."""

from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

from assistant import Assistant, Sessions
from assistant.cli.answers import resolve_session, show_answer
from assistant.cli.console import FILL, FIT, Cell, ConsolePage, Output, Part
from assistant.cli.formatting import count_noun, format_usage
from assistant.cli.library_context import open_library
from assistant.types import CANCELLED, Session, SessionHit, SessionInfo, Turn
from store.errors import InputError

# Columns of "99 questions" and a space.
QUESTIONS = 13
UNTITLED = "(no question yet)"


def run(args: Namespace, out: Output) -> int:
    """Do one of the actions."""
    with open_library(args, embeds=False) as assistant:
        sessions = assistant.sessions
        id = resolve_session(sessions, getattr(args, "id", ""))
        match args.action:
            case "search":
                _show_hits(sessions.search(" ".join(args.words)), out)
            case "show":
                _show_session(sessions.get(id), out)
            case "export":
                _export_session(assistant, id, args, out)
            case "fork":
                _show_id(sessions.fork(id, args.turn), out)
            case "rename":
                _show_id(sessions.rename(id, " ".join(args.title)), out)
            case "delete":
                _delete_session(sessions, id, out)
            case "new":
                _show_id(sessions.new(" ".join(args.title)), out)
            case _:
                _list_sessions(sessions, out)
    return 0


def _list_sessions(sessions: Sessions, out: Output) -> None:
    infos = sessions.list()
    if out.json:
        out.write_array(infos)
        return
    for info in infos:
        out.page.write_row(
            *_format_id_and_time(info), (count_noun(info.turns, "question"), QUESTIONS), (info.title or UNTITLED, FILL)
        )
    if not infos:
        out.write_note('No saved conversation. Start one with: conspectus ask --session new "…"')
    if used := format_usage(sessions.usage()):
        out.write_note(f"All of them took {used}.")


def _show_hits(hits: list[SessionHit], out: Output) -> None:
    if out.json:
        out.write_array(hits)
        return
    for hit in hits:
        title, place = (hit.session.title or UNTITLED, FILL), f"{hit.place} {hit.turn or ''}".strip()
        if not out.page.is_terminal:
            out.page.write_row(*_format_id_and_time(hit.session), (place, FIT), title, (hit.snippet, FIT))
            continue
        out.page.write_row(*_format_id_and_time(hit.session), title)
        out.page.write_line((f"{place}: ", "dim"), *_mark_words(hit), indent=2)
    if not hits:
        out.write_note("No saved conversation holds all of these words.")


def _format_id_and_time(info: SessionInfo) -> tuple[Cell, Cell]:
    return ((info.id, "cyan"), FIT), (f"{info.updated_at.astimezone():%Y-%m-%d %H:%M}", FIT)


def _mark_words(hit: SessionHit) -> Iterator[Part]:
    last = 0
    for start, end in hit.marks:
        yield hit.snippet[last:start]
        yield hit.snippet[start:end], "bold"
        last = end
    yield hit.snippet[last:]


def _show_session(session: Session, out: Output) -> None:
    if out.json:
        out.write_document(session)
        return
    out.page.write_line((session.title, "bold"), (f"  {session.id}", "dim"))
    for turn in session.turns:
        out.page.write_line()
        out.page.write_line((turn.question, "bold"), indent=2, first=(">", "cyan"))
        out.page.write_line()
        _show_turn(out.page, turn)


def _show_turn(page: ConsolePage, turn: Turn) -> None:
    if turn.answer:
        show_answer(page, turn.answer)
    elif turn.error == CANCELLED:
        page.write_line(("Cancelled", "yellow"), " before there was an answer.")
    else:
        page.write_line(("Failed: ", "red"), turn.error)
    if turn.draft:
        _show_draft(page, turn)


def _show_draft(page: ConsolePage, turn: Turn) -> None:
    """Show what a model had written of an answer that did not come, so that nobody takes it for one."""
    page.write_line("A draft that was compared with no source, and is no answer:")
    for line in turn.draft.strip().splitlines():
        page.write_line((line, "dim"), indent=2, first=("|", "dim"))
    if used := format_usage(turn.usage):
        page.write_line((f"The model had written about {used}.", "dim"))


def _export_session(assistant: Assistant, id: str, args: Namespace, out: Output) -> None:
    if args.format == "json" and not args.output:
        out.write_document(assistant.sessions.get(id))
        return
    text = assistant.sessions.export(id, args.format, args.style)
    if not text:
        out.write_note("This conversation cites no paper.")
    if args.output:
        _write_file(args.output, text)
    if out.json:
        out.write_document(
            {"session": id, "format": args.format, **({"file": args.output} if args.output else {"text": text})}
        )
    elif not args.output:
        out.write_text(text)


def _write_file(file: str, text: str) -> None:
    try:
        Path(file).write_bytes(text.encode())
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name.
        reason = error.strerror if isinstance(error, OSError) else error
        raise InputError(f"{file} cannot be written: {reason}.", "Name another file with --output.") from error


def _show_id(session: Session, out: Output) -> None:
    if out.json:
        out.write_document(session)
    else:
        out.page.write_line(session.id)


def _delete_session(sessions: Sessions, id: str, out: Output) -> None:
    sessions.delete(id)
    if out.json:
        out.write_document({"deleted": id})
    else:
        out.page.write_line(f"Deleted {id}.")
