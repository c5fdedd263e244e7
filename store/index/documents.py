"""The papers of an index as it has them: documents of tantivy, which are found by queries and read by addresses."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from store.index.copies import Copy, CopyCheck
from store.index.filter_queries import match_any
from store.index.screening import Screening
from store.paper import Paper
from store.record import unpack
from store.text.roles import RoledSentence, assign_roles, unpack_roles

if TYPE_CHECKING:
    import tantivy

# Papers whose fields are compared with the store before they are counted: about a tenth of a second. Chosen by hand.
_COMPARED = 1000
# Stands in the record of a paper that has records of its own, as ``pack`` writes it, and in no text of one.
_JOINED = b'"records":['


class Documents:
    """The documents of one searcher. Every method raises IndexDamaged where the files are broken.

    Args:
        searcher: As ``store.index.snapshot.Snapshot`` has it.
        check: Compares what is read with what was stored.
        screening: Who is told what was kept beside the papers that are read; None for nobody.
    """

    def __init__(self, searcher: Any, check: CopyCheck, screening: Screening | None) -> None:
        self._searcher = searcher
        self._check = check
        self._screening = screening

    def count(self, query: "tantivy.Query") -> int:
        """Count the papers that a query finds."""
        return int(self._searcher.search(query, limit=1, count=True).count)

    def find(self, query: "tantivy.Query", limit: int) -> "list[tantivy.DocAddress]":
        """Find where papers are, the best score first."""
        return [address for _, address in self._searcher.search(query, limit=max(1, limit), count=False).hits]

    def find_by_ids(self, ids: Sequence[str]) -> "list[tantivy.DocAddress]":
        """Find where the papers with these ids are, in no order."""
        return self.find(match_any("id", ids), len(ids))

    def read_numbers(self, field: str, addresses: "list[tantivy.DocAddress]") -> list[int]:
        """Read a number of each paper; 0 where it has none."""
        return [int(value or 0) for value in self._searcher.fast_field_values(field, addresses)]

    def read_texts(self, field: str, addresses: "list[tantivy.DocAddress]") -> list[str]:
        """Read a text of each paper."""
        return [str(document.get_first(field)) for document in self._read(addresses)]

    def read_papers(self, addresses: "list[tantivy.DocAddress]") -> list[Paper]:
        """Read papers, each what was stored or marked as damaged."""
        documents = self._read(addresses)
        papers: list[Paper] = self._searcher.run(lambda: self._check.read(_list_copies(documents)))
        if self._screening:
            for paper, document in zip(papers, documents, strict=True):
                if screened := document.get_first("screened"):
                    self._screening.recall(paper, screened.decode(errors="replace"))
        return papers

    def read_unchecked(self, addresses: "list[tantivy.DocAddress]") -> list[Paper]:
        """Read papers as they are in the index."""
        papers: list[Paper] = self._searcher.run(_unpack_papers, self._read(addresses))
        return papers

    def read_copies(self, addresses: "list[tantivy.DocAddress]") -> list[Copy]:
        """Read what the index has of papers, as it stands there."""
        copies: list[Copy] = self._searcher.run(_list_copies, self._read(addresses))
        return copies

    def read_fields(self, addresses: "list[tantivy.DocAddress]") -> list[dict[str, Any]]:
        """Read the fields of papers; of more than a thousand only the checksums of the files say that they are right.

        Those that nothing tells to be right are left out.
        """
        copies = self.read_copies(addresses)
        if len(copies) <= _COMPARED:
            texts = self._searcher.run(self._check.read_texts, copies)
        else:
            texts = [copy.text or b"{}" for copy in copies]
        return [self._searcher.run(json.loads, text) for text in texts]

    def read_roles(self, addresses: "list[tantivy.DocAddress]") -> dict[str, tuple[RoledSentence, ...]]:
        """Read the roles of the sentences of papers, by their ids.

        Those that were not stored, or by an earlier version of the classifier, are assigned now.
        """
        return dict(self._searcher.run(_read_roles, self._read(addresses)))

    def split_joined(self, addresses: "list[tantivy.DocAddress]") -> tuple[list[str], list[Paper]]:
        """Split papers into the ids of those that are one record, and the others."""
        documents = self._read(addresses)
        joined = [_JOINED in (document.get_first("record") or b"") for document in documents]
        single = [
            str(document.get_first("id"))
            for document, is_joined in zip(documents, joined, strict=True)
            if not is_joined
        ]
        return single, self.read_papers(
            [address for address, is_joined in zip(addresses, joined, strict=True) if is_joined]
        )

    def _read(self, addresses: "list[tantivy.DocAddress]") -> "list[tantivy.Document]":
        return [self._searcher.doc(address) for address in addresses]


def _read_roles(documents: "list[tantivy.Document]") -> list[tuple[str, tuple[RoledSentence, ...]]]:
    roles = []
    for document in documents:
        stored = unpack_roles((document.get_first("roles") or b"").decode())
        if stored is None:
            stored = assign_roles(unpack(document.get_first("record") or b"").abstract)
        roles.append((str(document.get_first("id")), stored))
    return roles


def _list_copies(documents: "list[tantivy.Document]") -> list[Copy]:
    return [
        Copy(str(document.get_first("id")), str(document.get_first("hash")), document.get_first("record") or b"")
        for document in documents
    ]


def _unpack_papers(documents: "list[tantivy.Document]") -> list[Paper]:
    return [unpack(document.get_first("record") or b"") for document in documents]
