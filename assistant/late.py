"""The one place where the heavy parts load: on first use, so that ``import assistant`` costs little.

pydantic alone takes longer to import than Python takes to start.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.answers.answering import answer as answer
    from assistant.answers.finding import look_up as look_up
    from assistant.answers.strictness import supported_only as supported_only
    from assistant.bridge import stream as stream
    from assistant.questions.conditions import at_least_one as at_least_one
    from assistant.questions.conditions import conditions as conditions
    from assistant.questions.input import clean_question as clean_question
    from assistant.sessions import Sessions as Sessions
    from assistant.turns import recorded as recorded
    from store.doctor import examine as examine
    from store.doctor import repair as repair
    from store.embedding.minilm import MiniLM as MiniLM
    from store.ingest import add_file as add_file
    from store.library import Library as Library
else:
    from importlib import import_module

    _MODULES = {
        "answer": "assistant.answers.answering",
        "stream": "assistant.bridge",
        "look_up": "assistant.answers.finding",
        "Sessions": "assistant.sessions",
        "supported_only": "assistant.answers.strictness",
        "at_least_one": "assistant.questions.conditions",
        "conditions": "assistant.questions.conditions",
        "clean_question": "assistant.questions.input",
        "recorded": "assistant.turns",
        "examine": "store.doctor",
        "repair": "store.doctor",
        "MiniLM": "store.embedding.minilm",
        "add_file": "store.ingest",
        "Library": "store.library",
    }

    def __getattr__(name):
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(_MODULES[name]), name)
