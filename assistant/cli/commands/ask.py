"""``conspectus ask``."""

import sys
from argparse import Namespace

from assistant import Assistant
from assistant.cli.answers import answered, begun, show_answer
from assistant.cli.console import Output
from assistant.cli.context import evidence, opened_with, settings_of
from assistant.limits import MAX_CHARACTERS
from assistant.types import Answer
from store.errors import InputError

ABSTAINED = 3


class Asked(Answer):
    """An answer and the session that it is saved in."""

    session: str | None = None


def run(args: Namespace, out: Output) -> int:
    """Answer; 3 where the library does not hold enough."""
    question = Assistant.check_question(_question(args.question))
    settings = settings_of(args)
    with opened_with(settings) as assistant:
        session = begun(assistant.sessions, args.session)
        answer = answered(assistant, out.notes, question, session, settings.strict, **evidence(args, settings))
    if out.json:
        out.document(Asked(session=session, **dict(answer)))
    else:
        show_answer(out.page, answer)
        if session:
            out.note(f'Session {session}. Go on with: conspectus ask --session {session} "…"')
    return ABSTAINED if answer.abstained else 0


def _question(words: list[str]) -> str:
    if words and words != ["-"]:
        return " ".join(words)
    if not words and sys.stdin.isatty():
        raise InputError("There is no question.", 'Ask for example: conspectus ask "Which papers study fairness?"')
    content = sys.stdin.buffer.read(4 * MAX_CHARACTERS + 1)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError("The question on standard input is no UTF-8 text.", "Give it as text.") from error
