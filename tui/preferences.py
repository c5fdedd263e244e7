"""How the chat looks and which keys it takes, remembered in ``chat.toml`` beside the settings.

What is answered, and by whom, is set in ``config.toml`` (``assistant.settings``) and holds for every way to ask.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from pydantic import Field, ValidationError

from assistant import Frozen
from assistant.settings import config_folder
from assistant.settings import save as toml_file
from store.errors import InputError

LEAST_SHARE, MOST_SHARE = 20, 70
"""Hundredths of the screen that the evidence may have beside the chat: of 110 columns either keeps 22 (by hand)."""


class Preferences(Frozen):
    """What one person likes; names in the file that are not known here are left alone.

    Attributes:
        theme: Name of one of Textual's themes.
        keymap: Keys by the ids of bindings: ``{"retry": "f5,ctrl+r"}``; ``save_keymap`` saves it.
        show_evidence: Whether the evidence stands beside the chat.
        evidence_share: How much of the screen it has there, in hundredths.
    """

    theme: str = "textual-dark"
    keymap: dict[str, str] = Field(default={})
    show_evidence: bool = True
    evidence_share: int = Field(default=40, ge=LEAST_SHARE, le=MOST_SHARE)


def preferences_path() -> Path:
    """The user's own file."""
    return config_folder() / "chat.toml"


def load_preferences(path: Path | None = None) -> tuple[Preferences, str]:
    """Return what the file says, and a warning, "" where all is well; never raises for what stands in a file.

    Args:
        path: The file; None for the user's own. A broken one is renamed to ``….broken``, and the defaults hold.
    """
    file = path or preferences_path()
    try:
        return Preferences.model_validate(tomllib.loads(file.read_bytes().decode())), ""
    except FileNotFoundError:
        return Preferences(), ""
    except OSError as error:
        return Preferences(), f"The preferences in {file} cannot be read: {error.strerror or error}. Defaults are used."
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, ValidationError) as error:
        return Preferences(), f"{_set_aside(file, _describe_error(error))} Defaults are used."


def save_preferences(preferences: Preferences, path: Path | None = None) -> None:
    """Remember them; comments in the file stay, and a crash leaves the old file or the new one.

    Raises:
        ConspectusError: The file cannot be written, or somebody broke it meanwhile; it is as it was.
    """
    values = preferences.model_dump(exclude={"keymap"})
    toml_file.change_file(path or preferences_path(), {(name,): value for name, value in values.items()})


def save_keymap(keymap: Mapping[str, str], path: Path | None = None) -> None:
    """Remember other keys; those that stay are not touched, nor are the comments beside them.

    Raises:
        ConspectusError: As ``save_preferences``.
    """
    before = load_preferences(path)[0].keymap
    changed = sorted(id for id in {*before, *keymap} if before.get(id) != keymap.get(id))
    if changed:
        toml_file.change_file(path or preferences_path(), {("keymap", id): keymap.get(id) for id in changed})


def write_keymap(keymap: Mapping[str, str]) -> str:
    """Write keys in one line, as ``read_keymap`` reads them: "retry=f5,ctrl+r list.down=n"."""
    return " ".join(f"{id}={keys}" for id, keys in keymap.items())


def read_keymap(text: str) -> dict[str, str]:
    """Read keys by the ids of bindings.

    Raises:
        InputError: A part of the text is none.
    """
    parts = [part.partition("=") for part in text.split()]
    wrong = next(("".join(part) for part in parts if not re.fullmatch(r"[a-z_.]+", part[0]) or not part[2]), "")
    if wrong:
        raise InputError(f"{wrong} is no key of an id.", "Write it as in: retry=f5,ctrl+r list.down=n")
    return {id: keys for id, _, keys in parts}


def _set_aside(file: Path, reason: str) -> str:
    broken = file.with_name(f"{file.name}.broken")
    try:
        os.replace(file, broken)
    except OSError:
        return f"The preferences in {file} are broken ({reason})."
    return f"The preferences in {file} were broken ({reason}) and are kept as {broken.name}."


def _describe_error(error: ValueError) -> str:
    if not isinstance(error, ValidationError):
        return str(error)
    first = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
