"""``conspectus embed``."""

from argparse import Namespace

from assistant.cli.console import Output
from assistant.cli.formatting import count_noun
from assistant.cli.imports import show_progress
from assistant.cli.library_context import open_library


def run(args: Namespace, out: Output) -> int:
    """Embed what is pending, and say how many papers there were; 1 where some are left, to another process."""
    with open_library(args) as assistant:
        done = 0
        try:
            with show_progress(out.notes, assistant.name) as listen:
                for event in assistant.stream_embed():
                    done = event.done
                    listen(event)
        except KeyboardInterrupt:
            out.write_note(f"{count_noun(done, 'paper')} embedded before it was stopped. The same command goes on.")
            raise
        left = assistant.papers.count_pending()
    if out.json:
        out.write_document({"embedded": done, "pending": left})
    else:
        out.page.write_line(f"{count_noun(done, 'paper')} embedded.")
        if left:
            out.write_note(f"{left:,} are left to another process that is at it.")
    return 1 if left else 0
