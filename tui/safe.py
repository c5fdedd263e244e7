"""Text from anywhere as the chat may show it. Textual itself hands escape sequences on to the terminal."""

from assistant.terminal import OBEYED_IN_A_LINE, harmless

# How much of a text is looked at, times the characters wanted: runs of spaces become one.
_AHEAD = 4


def safe(text: str) -> str:
    """Text that moves no cursor, sets no colour and turns no reading direction; its lines stay lines."""
    return OBEYED_IN_A_LINE.sub(harmless, text)


def in_place(text: str) -> str:
    """The same with a sign in place of each character that is taken out, so that offsets into the text hold."""
    return OBEYED_IN_A_LINE.sub("\ufffd", text)


def masked(text: str) -> str:
    """``safe`` with a space for each character that it would take out: places in the text stay what they are."""
    return OBEYED_IN_A_LINE.sub(" ", text)


def one_line(text: str, limit: int = 300) -> str:
    """The same on one line of at most ``limit`` characters, with an ellipsis where it was cut."""
    line = " ".join(safe(text[: _AHEAD * limit]).split())
    whole = len(line) <= limit and len(text) <= _AHEAD * limit
    return line if whole else f"{line[: limit - 1].rstrip()}…"
