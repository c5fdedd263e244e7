"""What is wrong in files that were read, on the command line: each reason once a file, with its lines."""

from collections.abc import Sequence

from assistant import Problem
from assistant.cli.console import Output

# Reasons that are shown, and lines that are named of one; --json has all of them. Chosen by hand.
_REASONS, _LINES = 20, 5


def show_problems(problems: Sequence[Problem], out: Output) -> None:
    """Show problems, those of a file for the same reason in one line."""
    grouped: dict[tuple[str, str, bool], list[int]] = {}
    for problem in problems:
        lines = grouped.setdefault((problem.file, problem.reason, problem.lost), [])
        lines.extend((problem.line,) if problem.line else ())
    for (file, reason, lost), lines in [*grouped.items()][:_REASONS]:
        taken = " (taken all the same)" if lines and not lost else ""
        out.notes.write_line((f"{file}{_format_lines(lines)}: ", "yellow"), reason, taken)
    if len(grouped) > _REASONS:
        out.write_note(f"… and {len(grouped) - _REASONS:,} more; --json lists all of them.")


def _format_lines(lines: Sequence[int]) -> str:
    if not lines:
        return ""
    more = f" and {len(lines) - _LINES:,} more" if len(lines) > _LINES else ""
    return f":{', '.join(map(str, lines[:_LINES]))}{more}"
