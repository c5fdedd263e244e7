"""For tests of what is built on Conspectus: stand-ins that need no model, no key and no network.

``HashEmbedder`` embeds, ``ScriptedChatModel`` plays a script as a langchain chat model, and ``fake_openai_server()``
speaks OpenAI's REST interface on loopback, with ``faults`` on demand. docs/testing.md shows them at work.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import assistant.testing.faults as faults
    from assistant.testing.chat import ChatRequest, ScriptedChatModel
    from assistant.testing.embedder import HashEmbedder
    from assistant.testing.gate import Gate
    from assistant.testing.reply import Reply, obedient
    from assistant.testing.server import FakeOpenAIServer, fake_openai_server
    from assistant.testing.server.batches import BatchPlan
    from assistant.testing.server.http import RecordedRequest
else:
    # Loaded when asked for: the chat model brings langchain, which takes half a second.
    _MODULES = {
        "BatchPlan": "assistant.testing.server.batches",
        "ChatRequest": "assistant.testing.chat",
        "FakeOpenAIServer": "assistant.testing.server",
        "Gate": "assistant.testing.gate",
        "HashEmbedder": "assistant.testing.embedder",
        "RecordedRequest": "assistant.testing.server.http",
        "Reply": "assistant.testing.reply",
        "ScriptedChatModel": "assistant.testing.chat",
        "fake_openai_server": "assistant.testing.server",
        "obedient": "assistant.testing.reply",
    }

    def __getattr__(name):
        from importlib import import_module

        if name == "faults":
            return import_module("assistant.testing.faults")
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(_MODULES[name]), name)


__all__ = [
    "BatchPlan",
    "ChatRequest",
    "FakeOpenAIServer",
    "Gate",
    "HashEmbedder",
    "RecordedRequest",
    "Reply",
    "ScriptedChatModel",
    "fake_openai_server",
    "faults",
    "obedient",
]
