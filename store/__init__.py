"""Papers: read from files, kept in Chroma, searched."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from store.sources import read_papers

__all__ = ["read_papers"]


def __getattr__(name: str) -> Any:
    """``read_papers``, loaded when it is asked for: its readers take a while, and most of the package needs none."""
    if name == "read_papers":
        from store.sources import read_papers

        return read_papers
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
