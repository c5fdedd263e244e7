"""Verdicts on the texts of papers, kept in the index: a paper that gave no orders when it was added is not read again.

What is kept is a digest of the texts and of all that the verdict depends on: it counts for just these texts and just
this classifier. Nothing is kept of a paper that gives orders, nor where the model for doubtful sentences is missing:
such papers are looked at whenever they are read.
"""

from functools import cache
from hashlib import blake2b
from importlib.resources import files
from importlib.resources.abc import Traversable

from assistant.sound_texts import list_fields, remember_sound
from store.embedding.minilm import MiniLM, share_minilm
from store.errors import EmbedderError
from store.paper import Paper

# Bytes of a digest: none of two texts is alike by chance.
_SIZE = 12
# What a verdict depends on beside the texts and the weights of the embedder, as paths within packages: whole packages
# and single modules. To name a package to ``files`` would load it, which takes longer than all the rest.
_PARTS = (
    ("assistant", ("verify", "injection"), ""),
    ("store", ("text",), "sentences.py"),
    ("store", ("text",), "clean.py"),
    ("store", ("text", "roles"), "labels.py"),
    ("store", ("text", "roles"), "labels.txt"),
)


class OrdersScreening:
    """Keeps beside a paper that it gives no orders to its reader (see ``assistant.verify.injection``)."""

    def screen(self, paper: Paper) -> str:
        """Look at a paper; return the digest of its texts where none of them gives orders, else ""."""
        from assistant.verify.injection import gives_orders  # late: whoever only reads needs no classifier

        return _make_digest(paper) if _has_embedder() and not gives_orders(paper) else ""

    def recall(self, paper: Paper, kept: str) -> None:
        """Take the digest kept beside a paper; one of other texts, or of another classifier, is passed over."""
        if kept == _make_digest(paper):
            remember_sound(paper)


def _make_digest(paper: Paper) -> str:
    digest = blake2b(stamp_classifier(), digest_size=_SIZE)
    for text in (paper.abstract, *list_fields(paper)):
        content = text.encode(errors="surrogatepass")
        digest.update(b"%d:" % len(content))
        digest.update(content)
    return digest.hexdigest()


@cache
def stamp_classifier() -> bytes:
    """Stamp what a verdict depends on beside the texts: code and weights of the classifier, how sentences are split."""
    digest = blake2b(MiniLM.stamp.model_dump_json().encode(), digest_size=_SIZE)
    for package, path, module in _PARTS:
        for file in sorted(_list_files(files(package).joinpath(*path), module), key=lambda file: file.name):
            digest.update(file.name.encode())
            digest.update(file.read_bytes())
    return digest.digest()


def _list_files(package: Traversable, module: str) -> list[Traversable]:
    return [file for file in package.iterdir() if file.is_file() and file.name == (module or file.name)]


@cache
def _has_embedder() -> bool:
    """Tell whether doubtful sentences can be embedded: a verdict without that is not kept."""
    try:
        share_minilm().embed(["a"])
    except EmbedderError:
        return False
    return True
