"""``conspectus sessions``."""

from argparse import Namespace

from assistant.cli.answers import show_answer
from assistant.cli.opening import opened
from assistant.cli.output import Output
from assistant.cli.page import FILL, FIT, Page
from assistant.cli.wording import count
from assistant.sessions import Sessions
from assistant.types import Session, SessionInfo, Turn

QUESTIONS = 13


def run(args: Namespace, out: Output) -> int:
    """Do one of the actions."""
    with opened(args) as assistant:
        match args.action:
            case "show":
                _show(assistant.sessions.get(args.id), out)
            case "rename":
                _named(assistant.sessions.rename(args.id, " ".join(args.title)), out)
            case "delete":
                _delete(assistant.sessions, args.id, out)
            case "new":
                _named(assistant.sessions.new(" ".join(args.title)), out)
            case _:
                _list(assistant.sessions.list(), out)
    return 0


def _list(sessions: list[SessionInfo], out: Output) -> None:
    if out.json:
        out.array(sessions)
        return
    for session in sessions:
        out.page.row(
            ((session.id, "cyan"), FIT),
            (f"{session.updated_at.astimezone():%Y-%m-%d %H:%M}", FIT),
            (count(session.turns, "question"), QUESTIONS),
            (session.title or "(no question yet)", FILL),
        )
    if not sessions:
        out.note('No saved conversation. Start one with: conspectus ask --session new "…"')


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
