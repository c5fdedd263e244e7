"""Themes that were found before of just the same papers, kept in a library's folder: finding them is most of a report.

What is kept is how papers are grouped and what the groups are called. It is kept under a digest of all that it comes
from: the texts and vectors of the papers, the seed, and the code that groups and names. The papers themselves, and all
that is quoted of them, are those of the library as it is.
"""

from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from hashlib import blake2b
from importlib.resources import files
from pathlib import Path

from pydantic import BaseModel

from assistant.cache import Cache
from assistant.report.themes import Theme, find_themes
from store.library import Library
from store.paper import Paper

FOLDER = "themes"
LEAST = 500
"""Papers from which on themes are kept; chosen by hand: to find those of fewer takes less than a second."""
MOST = 8
"""Groupings that are kept, the newest ones: one of 7,600 papers is a file of 100 kB. Chosen by hand."""
# What themes depend on beside papers and vectors: modules of this package, and how words are taken from a text.
_MODULES = ("clustering", "communities", "theme_names", "themes", "word_vectors")
_WORDS = "index_schema"


class KeptTheme(BaseModel, frozen=True):
    """A theme with ids in the place of its papers."""

    label: str
    papers: tuple[str, ...]
    group: str
    far: tuple[str, ...]
    terms: tuple[str, ...]


class KeptThemes(BaseModel, frozen=True):
    """The themes of some papers."""

    themes: tuple[KeptTheme, ...]


def recall_themes(library: Library, papers: Sequence[Paper], seed: int = 0) -> list[Theme]:
    """Return what ``find_themes`` finds, from the library's folder where it was found before.

    A file that cannot be read, or groups other papers, is passed over and written anew.

    Raises:
        LibraryError: The library cannot be read.
    """
    if len(papers) < LEAST:
        return find_themes(library, papers, seed)
    kept = open_kept_themes(library)
    key = _compute_key(library, papers, seed)
    earlier = kept.get(key)
    if earlier and (restored := _restore_themes(earlier, papers)):
        return restored
    themes = find_themes(library, papers, seed)
    with suppress(OSError):  # In a folder that cannot be written they are found again the next time.
        kept.put(key, KeptThemes(themes=tuple(map(_strip_theme, themes))))
        _drop_oldest(library.folder / FOLDER)
    return themes


def open_kept_themes(library: Library) -> Cache[KeptThemes]:
    """Open the folder of kept themes."""
    return Cache(library.folder / FOLDER, KeptThemes)


def _compute_key(library: Library, papers: Sequence[Paper], seed: int) -> str:
    """Compute a digest of all that themes come from; the order of the papers is none of it."""
    ordered = sorted(papers, key=lambda paper: paper.id)
    vectors = library.get_vectors([paper.id for paper in ordered])
    digest = blake2b(_stamp_code(), digest_size=32)
    digest.update(f"{seed} {library.embedder.stamp.model_dump_json()}".encode())
    for paper in ordered:
        for text in (paper.id, paper.title, paper.abstract):
            content = text.encode(errors="surrogatepass")
            digest.update(b"%d:" % len(content))
            digest.update(content)
        digest.update(vectors[paper.id].tobytes())
    return digest.hexdigest()


@cache
def _stamp_code() -> bytes:
    """Stamp the code that groups and names: whoever changes it need not think of what is kept."""
    digest = blake2b(digest_size=32)
    for package, names in ((files("assistant") / "report", _MODULES), (files("store") / "index", (_WORDS,))):
        for name in names:
            digest.update((package / f"{name}.py").read_bytes())
    return digest.digest()


def _strip_theme(theme: Theme) -> KeptTheme:
    return KeptTheme(
        label=theme.label,
        papers=tuple(paper.id for paper in theme.papers),
        group=theme.group,
        far=theme.far,
        terms=theme.terms,
    )


def _restore_themes(kept: KeptThemes, papers: Sequence[Paper]) -> list[Theme]:
    """Put the papers in the place of their ids; [] where these are not just the ids of the papers, each once."""
    by_id = {paper.id: paper for paper in papers}
    if sorted(paper_id for theme in kept.themes for paper_id in theme.papers) != sorted(by_id):
        return []
    return [
        Theme(theme.label, tuple(by_id[paper_id] for paper_id in theme.papers), theme.group, theme.far, theme.terms)
        for theme in kept.themes
    ]


def _drop_oldest(folder: Path) -> None:
    newest = sorted(folder.glob("*.json"), key=lambda file: file.stat().st_mtime_ns, reverse=True)
    for file in newest[MOST:]:
        file.unlink(missing_ok=True)
