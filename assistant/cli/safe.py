"""Text from anywhere as a terminal may have it. Every character that is printed goes through here."""

import json
import re
from typing import Any

from assistant.terminal import OBEYED, harmless


def safe(text: str) -> str:
    """Text on one line that moves no cursor, sets no colour and turns no reading direction."""
    return OBEYED.sub(harmless, text)


def safe_json(value: Any, ascii: bool = False) -> str:
    r"""A value as JSON on one line; what a terminal could take for a command is written as ``\uXXXX``, not lost.

    Args:
        value: What ``json`` takes.
        ascii: Write every other letter so too, for a stream that is not UTF-8.
    """
    return OBEYED.sub(_escaped, json.dumps(value, ensure_ascii=ascii))


def _escaped(match: re.Match[str]) -> str:
    return json.dumps(match[0])[1:-1]
