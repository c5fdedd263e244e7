"""Characters that a terminal could take for a command, for all that writes to one."""

import re

_BEYOND = "\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff\U000e0000-\U000e007f"
OBEYED = re.compile(f"[\x00-\x1f{_BEYOND}]")
"""Controls, C1 controls, line and paragraph separators, bidi controls, lone surrogates, tags."""
OBEYED_IN_A_LINE = re.compile(f"[\x00-\x09\x0b-\x1f{_BEYOND}]")
"""The same without newlines."""
_SPACE = "\t\n\r\v\f\u2028\u2029"


def harmless(match: re.Match[str]) -> str:
    """What is shown in place of such a character: a space for white space, a sign for a half one, else nothing."""
    character = match[0]
    if character in _SPACE:
        return " "
    return "\ufffd" if "\ud800" <= character <= "\udfff" else ""
