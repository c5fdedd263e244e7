"""Text that is read from standard input."""

import sys

from assistant.limits import MAX_CHARACTERS
from store.errors import InputError

# Bytes of a character in UTF-8, at the most.
_WIDEST = 4


def read_words(words: list[str], what: str, example: str) -> str:
    """Return what was typed as words; without any, or with ``-``, what is on standard input.

    Args:
        words: The words.
        what: What they are, as errors call it.
        example: What to type where neither is there.

    Raises:
        InputError: There are none and nobody but a user at a terminal to read from, or what is read is no text.
    """
    if words and words != ["-"]:
        return " ".join(words)
    if not words and sys.stdin.isatty():
        raise InputError(f"There is no {what}.", example)
    return read_text(what, _WIDEST * MAX_CHARACTERS)


def read_text(what: str, limit: int) -> str:
    """Return what is on standard input, one byte more than ``limit`` at the most, so that it is seen to be too long.

    Raises:
        InputError: It is no text in UTF-8.
    """
    content = sys.stdin.buffer.read(limit + 1)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"The {what} on standard input is no UTF-8 text.", "Give it as text.") from error
