"""Questions as they come from people and programs."""

import re

from store.errors import InputError
from store.text.clean import clean_characters

# What only LaTeX and HTML have; plain questions, nearly all, are spared the loading of what cleans it.
_MARKED = re.compile(r"[\\${}<&]")
# What a person can have meant; far longer input is a file pasted by mistake.
MAX_CHARACTERS = 100_000


def clean_question(text: str) -> str:
    """A question as one line of clean Unicode.

    Raises:
        InputError: It is empty, enormous, or holds no letter or digit.
    """
    if len(text) > MAX_CHARACTERS:
        raise InputError(
            f"The question is {len(text):,} characters long.",
            "Ask in a few sentences, or add the text with: conspectus add",
        )
    clean = _cleaned(text)
    if not any(character.isalnum() for character in clean):
        raise InputError(
            "The question is empty.", 'Ask for example: conspectus ask "Which papers study Thompson sampling?"'
        )
    return clean


def _cleaned(text: str) -> str:
    if not _MARKED.search(text):
        return clean_characters(text)
    from store.text.text_clean import clean_text

    return clean_text(text)
