"""For tests of what is built on Conspectus: stand-ins that need no model, no key and no network.

``HashEmbedder`` embeds, ``ScriptedChatModel`` plays a script as a langchain chat model, and ``fake_openai_server()``
speaks OpenAI's REST interface on loopback, with ``faults`` on demand; ``judges`` are those of the second stage of the
check. ``fake_zotero()`` is a Zotero, with its Web API and its local one. docs/testing.md shows them at work.
"""

from typing import TYPE_CHECKING

from assistant.testing import faults, judges
from assistant.testing.embedder import HashEmbedder
from assistant.testing.gate import Gate
from assistant.testing.reply import Reply, obedient
from assistant.testing.server import FakeOpenAIServer, fake_openai_server
from assistant.testing.server.batch_store import BatchPlan
from assistant.testing.server.http_server import RecordedRequest
from assistant.testing.zotero import FakeZotero, ZoteroFault, ZoteroRequest, fake_zotero
from assistant.testing.zotero_library import FakeZoteroLibrary

if TYPE_CHECKING:
    from assistant.testing.scripted_model import ChatRequest, ScriptedChatModel
else:

    def __getattr__(name):
        if name not in ("ChatRequest", "ScriptedChatModel"):
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from assistant.testing import scripted_model as chat  # It brings langchain, which takes half a second.

        return getattr(chat, name)


__all__ = [
    "BatchPlan",
    "ChatRequest",
    "FakeOpenAIServer",
    "FakeZotero",
    "FakeZoteroLibrary",
    "Gate",
    "HashEmbedder",
    "RecordedRequest",
    "Reply",
    "ScriptedChatModel",
    "ZoteroFault",
    "ZoteroRequest",
    "fake_openai_server",
    "fake_zotero",
    "faults",
    "judges",
    "obedient",
]
