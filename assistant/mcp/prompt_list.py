"""The prompts that an agent's user can pick: each is a file in ``prompts``, with its arguments in braces."""

from collections.abc import Mapping
from importlib.resources import files
from typing import NamedTuple

from store.errors import InputError


class PromptEntry(NamedTuple):
    """A prompt as a user picks it: its name, what it is for, its one argument and what that is."""

    name: str
    description: str
    argument: str
    meaning: str


PROMPTS = (
    PromptEntry("compare_draft", "Compare a draft with the library, and mend it", "draft", "the text"),
    PromptEntry("answer_with_quotes", "Answer a question from the library, with quotes", "question", "the question"),
    PromptEntry("review_literature", "Review what the library says about a topic", "topic", "the topic"),
)


def fill_prompt(name: str, values: Mapping[str, str]) -> str:
    """Return the text of a prompt.

    Raises:
        InputError: There is no such prompt, or its argument is missing.
    """
    entry = next((entry for entry in PROMPTS if entry.name == name), None)
    if entry is None:
        raise InputError(
            f"There is no prompt {name[:80]!r}.", f"There are: {', '.join(entry.name for entry in PROMPTS)}."
        )
    value = values.get(entry.argument, "").strip()
    if not value:
        raise InputError(f"{name} needs {entry.argument!r}.", f"Give {entry.meaning}.")
    text = (files("assistant.mcp") / "prompts" / f"{name}.md").read_text(encoding="utf-8")
    return text.replace(f"{{{entry.argument}}}", value)
