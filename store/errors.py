"""Every error that Conspectus raises on purpose.

    ConspectusError
    ├── InputError           what the user gave cannot be used (question, option, file name)
    │   ├── SourceError      a file that cannot be read as papers
    │   └── TooLittle        the library holds too little about what was asked for
    ├── LibraryError         the library folder cannot be opened, read or written
    │   ├── LibraryLocked    another process is writing to it
    │   ├── LibraryDamaged   its files are broken; the message names the repair
    │   ├── EmbedderMismatch it was made with another embedder
    │   └── StoreUnreachable the Chroma server does not answer
    ├── EmbedderError        the embedding model is missing or is not the one expected
    ├── ModelError           the language model gave no usable answer
    │   ├── ModelUnreachable its endpoint does not answer, or fails
    │   ├── ModelBusy        it has no room at present; asking later helps
    │   ├── ModelStalled     it fell silent, or its answer broke off
    │   ├── NoAnswer         what came of it is no answer: nothing, thinking alone, a tool call alone
    │   └── ModelRefused     it refuses the request: the key, the model's name, what is asked
    │       ├── PromptTooLong   more tokens than it reads at once
    │       └── FormatRefused   it cannot be told the form of its answer (JSON schema)
    └── NotFound             no such paper or session

A message has three parts: what happened, where, and what to do next.
"""


class ConspectusError(Exception):
    """Root of the tree: catching it catches every error listed above and no other.

    Args:
        what: What happened and to which file, line or paper.
        hint: What to do next; shown after the message.
    """

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(f"{what} {hint}".strip())
        self.what = what
        self.hint = hint


class InputError(ConspectusError):
    """What the user gave cannot be used."""


class SourceError(InputError):
    """A file cannot be read as papers; the message names file and line."""


class TooLittle(InputError):
    """The library holds too little about what was asked for; the message names the nearest paper."""


class LibraryError(ConspectusError):
    """The library folder cannot be opened, read or written."""


class LibraryLocked(LibraryError):
    """Another process holds the write lock; the message names it."""


class LibraryDamaged(LibraryError):
    """Files of the library are broken; the message names the repair."""


class EmbedderMismatch(LibraryError):
    """The library was made with another embedder than the one in use."""


class StoreUnreachable(LibraryError):
    """The Chroma server does not answer."""


class EmbedderError(ConspectusError):
    """The embedding model is missing or is not the expected one."""


class ModelError(ConspectusError):
    """The language model gave no usable answer. No API key stands in it, nor in what it is chained to.

    Args:
        what: What happened, with which model and where.
        hint: What to do next.
        status_code: HTTP status that the endpoint answered with, None where it did not come to that.
    """

    def __init__(self, what: str, hint: str = "", status_code: int | None = None) -> None:
        super().__init__(what, hint)
        self.status_code = status_code


class ModelUnreachable(ModelError):
    """The model's endpoint does not answer, or fails."""


class ModelBusy(ModelError):
    """The model has no room at present; the message names the time to wait where the endpoint does."""


class ModelStalled(ModelError):
    """The model fell silent, or its answer broke off."""


class NoAnswer(ModelError):
    """What came of the model is no answer: nothing at all, thinking alone, a tool call alone, unreadable text."""


class ModelRefused(ModelError):
    """The model refuses the request: the key, the model's name, what is asked."""


class PromptTooLong(ModelRefused):
    """The prompt has more tokens than the model reads at once."""


class FormatRefused(ModelRefused):
    """The endpoint cannot be told the form of the answer (JSON schema)."""


class NotFound(ConspectusError):
    """No such paper or session."""
