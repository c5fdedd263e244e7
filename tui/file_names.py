"""Names of files for titles."""

import re

_CHARS = 60


def slug(title: str) -> str:
    """Letters and digits with hyphens between them, "" where there are none."""
    words = re.sub(r"[\W_]+", "-", title.casefold()).strip("-")
    return words[:_CHARS].strip("-")
