"""The methods of the API, by the names that its users type."""

from assistant import Assistant, Reports, Sessions
from assistant.client.batches import Batches
from assistant.client.drafts import Drafts
from assistant.client.papers import Papers
from assistant.client.sessions import SavedSessions
from assistant.client.watches import Watches
from assistant.client.zotero import Zotero

RESOURCES: dict[str, tuple[type, ...]] = {
    "papers": (Papers,),
    "reports": (Reports,),
    "batches": (Batches,),
    "drafts": (Drafts,),
    "sessions": (SavedSessions, Sessions),
    "zotero": (Zotero,),
    "watches": (Watches,),
}


def public_methods() -> dict[str, object]:
    """What each name such as ``papers.get`` is; the resources themselves are left out."""
    of_assistant = {name: value for name, value in vars(Assistant).items() if name not in RESOURCES}
    of_resources = {
        f"{resource}.{name}": value
        for resource, bases in RESOURCES.items()
        for base in bases
        for name, value in vars(base).items()
    }
    return {
        name: value
        for name, value in (of_assistant | of_resources).items()
        if not name.rpartition(".")[2].startswith("_")
    }


def twin_of(name: str, methods: dict[str, object]) -> str:
    """The blocking method that a name stands for: ``aask``, ``stream_add`` and ``papers.stream_fetch`` are twins.

    ``zotero.async_`` awaits ``zotero.sync``: without what stands behind it, it is a word of Python.
    """
    resource, dot, verb = name.rpartition(".")
    if verb in ("stream", "astream"):
        return {"": "ask", "reports": "reports.create", "batches": "batches.run"}[resource]
    for prefix in ("astream_", "stream_", "a"):
        blocking = f"{resource}{dot}{verb.removeprefix(prefix).removesuffix('_')}"
        if verb.startswith(prefix) and blocking in methods:
            return blocking
    return name
