"""``conspectus sessions``."""

from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

from assistant import Assistant, Sessions
from assistant.cli.answers import named, show_answer
from assistant.cli.console import FILL, FIT, Cell, Output, Page, Part
from assistant.cli.context import opened
from assistant.cli.phrases import count, taken
from assistant.types import Session, SessionHit, SessionInfo, Turn
from store.errors import InputError

QUESTIONS = 13
UNTITLED = "(no question yet)"


def run(args: Namespace, out: Output) -> int:
    """Do one of the actions."""
    with opened(args) as assistant:
        sessions = assistant.sessions
        id = named(sessions, getattr(args, "id", ""))
        match args.action:
            case "search":
                _found(sessions.search(" ".join(args.words)), out)
            case "show":
                _show(sessions.get(id), out)
            case "export":
                _export(assistant, id, args, out)
            case "fork":
                _named(sessions.fork(id, args.turn), out)
            case "rename":
                _named(sessions.rename(id, " ".join(args.title)), out)
            case "delete":
                _delete(sessions, id, out)
            case "new":
                _named(sessions.new(" ".join(args.title)), out)
            case _:
                _list(sessions, out)
    return 0


def _list(sessions: Sessions, out: Output) -> None:
    infos = sessions.list()
    if out.json:
        out.array(infos)
        return
    for info in infos:
        out.page.row(*_when(info), (count(info.turns, "question"), QUESTIONS), (info.title or UNTITLED, FILL))
    if not infos:
        out.note('No saved conversation. Start one with: conspectus ask --session new "…"')
    if used := taken(sessions.usage()):
        out.note(f"All of them took {used}.")


def _found(hits: list[SessionHit], out: Output) -> None:
    if out.json:
        out.array(hits)
        return
    for hit in hits:
        title, place = (hit.session.title or UNTITLED, FILL), f"{hit.place} {hit.turn or ''}".strip()
        if not out.page.is_terminal:
            out.page.row(*_when(hit.session), (place, FIT), title, (hit.snippet, FIT))
            continue
        out.page.row(*_when(hit.session), title)
        out.page.line((f"{place}: ", "dim"), *_marked(hit), indent=2)
    if not hits:
        out.note("No saved conversation holds all of these words.")


def _when(info: SessionInfo) -> tuple[Cell, Cell]:
    return ((info.id, "cyan"), FIT), (f"{info.updated_at.astimezone():%Y-%m-%d %H:%M}", FIT)


def _marked(hit: SessionHit) -> Iterator[Part]:
    last = 0
    for start, end in hit.marks:
        yield hit.snippet[last:start]
        yield hit.snippet[start:end], "bold"
        last = end
    yield hit.snippet[last:]


def _show(session: Session, out: Output) -> None:
    if out.json:
        out.document(session)
        return
    out.page.line((session.title, "bold"), (f"  {session.id}", "dim"))
    for turn in session.turns:
        out.page.line()
        out.page.line((turn.question, "bold"), indent=2, first=(">", "cyan"))
        out.page.line()
        _answer(out.page, turn)


def _answer(page: Page, turn: Turn) -> None:
    if turn.answer:
        show_answer(page, turn.answer)
    else:
        page.line(("Failed: ", "red"), turn.error)


def _export(assistant: Assistant, id: str, args: Namespace, out: Output) -> None:
    if args.format == "json" and not args.output:
        out.document(assistant.sessions.get(id))
        return
    text = assistant.sessions.export(id, args.format, args.style)
    if not text:
        out.note("This conversation cites no paper.")
    if args.output:
        _write(args.output, text)
    if out.json:
        out.document(
            {"session": id, "format": args.format, **({"file": args.output} if args.output else {"text": text})}
        )
    elif not args.output:
        out.text(text)


def _write(file: str, text: str) -> None:
    try:
        Path(file).write_bytes(text.encode())
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name.
        reason = error.strerror if isinstance(error, OSError) else error
        raise InputError(f"{file} cannot be written: {reason}.", "Name another file with --output.") from error


def _named(session: Session, out: Output) -> None:
    if out.json:
        out.document(session)
    else:
        out.page.line(session.id)


def _delete(sessions: Sessions, id: str, out: Output) -> None:
    sessions.delete(id)
    if out.json:
        out.document({"deleted": id})
    else:
        out.page.line(f"Deleted {id}.")
