"""Papers: read from files, kept in Chroma, searched."""

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from store.readers import read_papers

# onnxruntime (1.32) sends usage data to its vendor and leaves files in the home folder, unless this is set before it
# is first imported; its disable_telemetry_events() comes too late. Whatever imports it, Chroma too, is imported by
# a module of this package, and so after this line.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

__all__ = ["read_papers"]


def __getattr__(name: str) -> Any:
    """Load ``read_papers`` when it is asked for: its readers take a while, and most of the package needs none."""
    if name == "read_papers":
        from store.readers import read_papers

        return read_papers
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
