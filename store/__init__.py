"""Papers: read from files, kept in Chroma, searched."""

from typing import TYPE_CHECKING, Any

from store.environment import disable_telemetry

if TYPE_CHECKING:
    from store.readers import read_papers

# Whatever imports onnxruntime, Chroma too, is imported by a module of this package, and so after this line.
disable_telemetry()

__all__ = ["read_papers"]


def __getattr__(name: str) -> Any:
    """Load ``read_papers`` when it is asked for: its readers take a while, and most of the package needs none."""
    if name == "read_papers":
        from store.readers import read_papers

        return read_papers
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
