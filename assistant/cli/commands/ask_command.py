"""``conspectus ask``."""

from argparse import Namespace

from assistant import Assistant, Sessions
from assistant.cli.answers import ask_question, resolve_session, show_answer
from assistant.cli.console import Output
from assistant.cli.exit_codes import DONE, NO_ANSWER
from assistant.cli.library_context import open_assistant, read_evidence_filters, read_settings
from assistant.cli.standard_input import read_words
from assistant.types import Answer

_EXAMPLE = 'Ask for example: conspectus ask "Which papers study fairness?"'


class SessionAnswer(Answer):
    """An answer and the session that it is saved in."""

    session: str | None = None


def run(args: Namespace, out: Output) -> int:
    """Answer; 3 where the library does not hold enough."""
    question = Assistant.check_question(read_words(args.question, "question", _EXAMPLE))
    settings = read_settings(args)
    with open_assistant(settings) as assistant:
        session = _start_session(assistant.sessions, args.session)
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
    return NO_ANSWER if answer.abstained else DONE


def _start_session(sessions: Sessions, name: str | None) -> str | None:
    """Return the id of the session to save a question in: ``new`` starts one, None saves it nowhere."""
    if name is None:
        return None
    return sessions.new().id if name == "new" else resolve_session(sessions, name)
