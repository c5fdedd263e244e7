"""``conspectus check``."""

import sys
from argparse import Namespace
from pathlib import Path

from assistant.cli.commands.check import Tally, show_sentence
from assistant.cli.context import nothing, opened, opened_with, settings_of
from assistant.cli.output import Output
from assistant.drafts.opening import MAX_BYTES
from store.errors import InputError

WRONG = 1


def run(args: Namespace, out: Output) -> int:
    """Compare; 1 where a sentence is not worded so in what it cites, that is not there, or the model failed."""
    tally = Tally()
    with opened_with(settings_of(args)) if args.judge else opened(args) as assistant:
        found = tally.counting(assistant.check(_draft(args.draft), args.bib, args.judge))
        if not assistant.count():
            out.note(nothing(assistant))
        if out.json:
            out.array(found)
        else:
            for sentence in found:
                show_sentence(out.page, sentence)
            out.page.line((tally.summary(), "bold"))
    for note in tally.notes():
        out.note(note)
    return 0 if tally.fine else WRONG


def _draft(given: str) -> str | Path:
    if given != "-":
        return Path(given)
    content = sys.stdin.buffer.read(MAX_BYTES + 1)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError("The draft on standard input is no UTF-8 text.", "Give it as text.") from error
