"""``conspectus ask``."""

import sys
from argparse import Namespace

from assistant import Assistant
from assistant.cli.answers import ask_question, show_answer, start_session
from assistant.cli.console import Output
from assistant.cli.library_context import open_assistant, read_evidence_filters, read_settings
from assistant.limits import MAX_CHARACTERS
from assistant.types import Answer
from store.errors import InputError

# An exit code.
ABSTAINED = 3


class SessionAnswer(Answer):
    """An answer and the session that it is saved in."""

    session: str | None = None


def run(args: Namespace, out: Output) -> int:
    """Answer; 3 where the library does not hold enough."""
    question = Assistant.check_question(_read_question(args.question))
    settings = read_settings(args)
    with open_assistant(settings) as assistant:
        session = start_session(assistant.sessions, args.session)
        answer = ask_question(
            assistant,
            out.notes,
            question,
            session,
            settings.strict,
            ignore=args.ignore,
            quotes=args.quotes,
            **read_evidence_filters(args, settings),
        )
    if out.json:
        out.write_document(SessionAnswer(session=session, **dict(answer)))
    else:
        show_answer(out.page, answer, args.more)
        if session:
            out.write_note(f'Session {session}. Go on with: conspectus ask --session {session} "…"')
    return ABSTAINED if answer.abstained else 0


def _read_question(words: list[str]) -> str:
    if words and words != ["-"]:
        return " ".join(words)
    if not words and sys.stdin.isatty():
        raise InputError("There is no question.", 'Ask for example: conspectus ask "Which papers study fairness?"')
    content = sys.stdin.buffer.read(4 * MAX_CHARACTERS + 1)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError("The question on standard input is no UTF-8 text.", "Give it as text.") from error
