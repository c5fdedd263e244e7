"""Questions as they come from people and programs."""

from store.errors import InputError
from store.text.clean import clean_text

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
    clean = clean_text(text)
    if not any(character.isalnum() for character in clean):
        raise InputError(
            "The question is empty.", 'Ask for example: conspectus ask "Which papers study Thompson sampling?"'
        )
    return clean
