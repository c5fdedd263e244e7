"""From the keys of a draft to papers of the library, and back."""

from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property
from typing import NamedTuple

from assistant.drafts.bib import Entry
from store.citation_keys import citation_key, citation_keys
from store.library import Library
from store.paper import Paper, stable_id
from store.readers.identifiers import identify

_SHOWN = 3


class Known(NamedTuple):
    """The paper that a key stands for, or None and the reason."""

    paper: Paper | None
    reason: str = ""


class Keys:
    """The keys by which papers of a library can be cited.

    Args:
        library: The papers.
        bib: The entries of the draft's own ``.bib`` file; their keys come before all others.
    """

    def __init__(self, library: Library, bib: Mapping[str, Entry] | None = None) -> None:
        self._library = library
        self._bib = bib or {}
        self._found: dict[str, Known] = {}

    def find(self, key: str) -> Known:
        """What a key stands for: an entry of the ``.bib`` file, an id, a citation key, a DOI or an arXiv id."""
        if key not in self._found:
            self._found[key] = self._entry(key, self._bib[key]) if key in self._bib else self._look(key)
        return self._found[key]

    def key_of(self, paper: Paper) -> str:
        """The key to cite a paper by: that of the ``.bib`` file, or else that of the library."""
        return self._own.get(paper.id) or self._places.keys.get(paper.id) or citation_key(paper)

    def _look(self, key: str) -> Known:
        found = self._library.get([key])
        if found:
            return Known(found[0])
        places = self._places
        meant = places.by_key.get(key) or [places.by_name[name] for name in _names(key) if name in places.by_name][:1]
        if len(meant) == 1:
            return self._known(meant[0])
        if meant:
            listed = ", ".join(places.keys[paper_id] for paper_id in meant[:_SHOWN])
            return Known(None, f"several papers have it: {listed}")
        return Known(None, "the library has no paper of this key")

    def _entry(self, key: str, entry: Entry) -> Known:
        names = [f"doi:{entry.doi}", f"arxiv:{entry.arxiv}", f"title:{_folded(entry.title)}" if entry.title else ""]
        for name in names:
            if name in self._places.by_name:
                return self._known(self._places.by_name[name])
        about = f"“{entry.title}”" if entry.title else "an entry without a title"
        return Known(None, f"the .bib file has it as {about}, which is not in the library")

    def _known(self, paper_id: str) -> Known:
        found = self._library.get([paper_id])
        return Known(found[0]) if found else Known(None, "its paper has just been removed")

    @cached_property
    def _own(self) -> dict[str, str]:
        found = {key: self.find(key).paper for key in self._bib}
        return {paper.id: key for key, paper in reversed(found.items()) if paper}

    @cached_property
    def _places(self) -> "_Places":
        return _places(self._library)


class _Places(NamedTuple):
    """Ids by citation key and by other names; ``keys`` are the citation keys by id."""

    by_key: dict[str, list[str]]
    by_name: dict[str, str]
    keys: dict[str, str]


def _places(library: Library) -> _Places:
    by_key: dict[str, list[str]] = defaultdict(list)
    by_name: dict[str, str] = {}
    papers = [*library.papers()]
    for paper in papers:
        by_key[citation_key(paper)].append(paper.id)
    # A merged paper has one DOI and one title, and drafts may name those of its other records.
    joined = [(record, paper.id) for paper in papers for record in paper.records]
    for one, paper_id in (*((paper, paper.id) for paper in papers), *joined):
        for name in (
            *(f"{scheme}:{value}" for scheme, value in one.identifiers.items()),
            f"title:{_folded(one.title)}",
        ):
            by_name.setdefault(name, paper_id)
    keys = citation_keys(papers)
    for paper_id, key in keys.items():
        by_key.setdefault(key, [paper_id])
    return _Places(_keys_before(papers) | by_key, by_name, keys)


def _keys_before(papers: list[Paper]) -> dict[str, list[str]]:
    """The keys that papers had before their records were joined, with another year or title."""
    found: dict[str, list[str]] = defaultdict(list)
    for paper in papers:
        for key in {citation_key(record) for record in paper.records}:
            found[key].append(paper.id)
    return found


def _names(key: str) -> list[str]:
    return [f"{scheme}:{value}" for scheme, value in identify(key).items()]


def _folded(title: str) -> str:
    """A title without what differs from record to record: case, accents' composition, punctuation."""
    return stable_id(None, {}, title, None)
