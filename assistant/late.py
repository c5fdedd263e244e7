"""The one place where the heavy parts load: on first use, so that ``import assistant`` costs little.

pydantic alone takes longer to import than Python takes to start.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.answers.finding import look_up as look_up
    from assistant.asking import Request as Request
    from assistant.asking import answer_alone as answer_alone
    from assistant.asking import asked as asked
    from assistant.chain.connect import chain_from as chain_from
    from assistant.loop import Loop as Loop
    from assistant.questions.conditions import at_least_one as at_least_one
    from assistant.questions.conditions import conditions as conditions
    from assistant.questions.input import clean_question as clean_question
    from assistant.sessions import Sessions as Sessions
    from assistant.settings import Settings as Settings
    from assistant.settings import load as load
    from store.doctor import examine as examine
    from store.doctor import repair as repair
    from store.embedding.minilm import MiniLM as MiniLM
    from store.ingest import add_file as add_file
    from store.library import Library as Library
else:
    from importlib import import_module

    _MODULES = {
        "Loop": "assistant.loop",
        "Request": "assistant.asking",
        "answer_alone": "assistant.asking",
        "asked": "assistant.asking",
        "chain_from": "assistant.chain.connect",
        "Settings": "assistant.settings",
        "load": "assistant.settings",
        "look_up": "assistant.answers.finding",
        "Sessions": "assistant.sessions",
        "at_least_one": "assistant.questions.conditions",
        "conditions": "assistant.questions.conditions",
        "clean_question": "assistant.questions.input",
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
