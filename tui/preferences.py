"""How the chat looks and which keys it takes, remembered in ``chat.toml`` beside the settings.

What is answered, and by whom, is set in ``config.toml`` (``assistant.settings``) and holds for every way to ask.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from assistant.folders import config_folder
from store.errors import InputError

WIDE = 110
"""Columns from which the evidence stands beside the chat; below, it is a sheet under it. Chosen by hand: the chat then
has 66 columns and the evidence 44."""
LEAST_SHARE, MOST_SHARE = 20, 70
"""Hundredths of the screen that the evidence may have beside the chat: of 110 columns either keeps 22 (by hand)."""


@dataclass(frozen=True)
class Preferences:
    """What one person likes; no model of pydantic's, for the first picture needs it.

    Attributes:
        theme: Name of one of Textual's themes.
        keymap: Keys by the ids of bindings: ``{"retry": "f5,ctrl+r"}``; ``save_keymap`` saves it.
        show_evidence: Whether the evidence stands beside the chat.
        evidence_share: How much of the screen it has there, in hundredths.
    """

    theme: str = "textual-dark"
    keymap: Mapping[str, str] = field(default_factory=dict)
    show_evidence: bool = True
    evidence_share: int = 40


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
        return _read_preferences(tomllib.loads(file.read_bytes().decode())), ""
    except FileNotFoundError:
        return Preferences(), ""
    except OSError as error:
        return Preferences(), f"The preferences in {file} cannot be read: {error.strerror or error}. Defaults are used."
    except ValueError as error:  # Neither UTF-8, nor TOML, nor what a preference can be.
        return Preferences(), f"{_set_aside(file, str(error))} Defaults are used."


def _read_preferences(values: Mapping[str, object]) -> Preferences:
    """Take what a file says; names in it that are not known here are left alone.

    Raises:
        ValueError: A preference is not of its type.
    """
    defaults = Preferences()
    known: dict[str, Any] = {one.name: values[one.name] for one in fields(Preferences) if one.name in values}
    for name, value in known.items():
        if type(value) is not type(getattr(defaults, name)):
            raise ValueError(f"{name} cannot be {value!r}")
    preferences = replace(defaults, **known)
    wrong = next((id for id, keys in preferences.keymap.items() if not isinstance(keys, str)), "")
    if wrong:
        raise ValueError(f"keymap.{wrong} cannot be {preferences.keymap[wrong]!r}")
    if not LEAST_SHARE <= preferences.evidence_share <= MOST_SHARE:
        raise ValueError(f"evidence_share is not between {LEAST_SHARE} and {MOST_SHARE}")
    return preferences


def save_preferences(preferences: Preferences, path: Path | None = None) -> None:
    """Remember them; comments in the file stay, and a crash leaves the old file or the new one.

    Raises:
        ConspectusError: The file cannot be written, or somebody broke it meanwhile; it is as it was.
    """
    values: dict[tuple[str, ...], object] = {
        (name,): value for name, value in asdict(preferences).items() if name != "keymap"
    }
    _change_file(path or preferences_path(), values)


def save_keymap(keymap: Mapping[str, str], path: Path | None = None) -> None:
    """Remember other keys; those that stay are not touched, nor are the comments beside them.

    Raises:
        ConspectusError: As ``save_preferences``.
    """
    before = load_preferences(path)[0].keymap
    changed = sorted(id for id in {*before, *keymap} if before.get(id) != keymap.get(id))
    if changed:
        _change_file(path or preferences_path(), {("keymap", id): keymap.get(id) for id in changed})


def write_keymap(keymap: Mapping[str, str]) -> str:
    """Write keys in one line, as ``read_keymap`` reads them: "retry=f5,ctrl+r list.down=ctrl+j"."""
    return " ".join(f"{id}={keys}" for id, keys in keymap.items())


def read_keymap(text: str) -> dict[str, str]:
    """Read keys by the ids of bindings.

    Raises:
        InputError: A part of the text is none.
    """
    parts = [part.partition("=") for part in text.split()]
    wrong = next(("".join(part) for part in parts if not re.fullmatch(r"[a-z_.]+", part[0]) or not part[2]), "")
    if wrong:
        raise InputError(f"{wrong} is no key of an id.", "Write it as in: retry=f5,ctrl+r list.down=ctrl+j")
    return {id: keys for id, _, keys in parts}


def _set_aside(file: Path, reason: str) -> str:
    broken = file.with_name(f"{file.name}.broken")
    try:
        os.replace(file, broken)
    except OSError:
        return f"The preferences in {file} are broken ({reason})."
    return f"The preferences in {file} were broken ({reason}) and are kept as {broken.name}."


def _change_file(file: Path, values: Mapping[tuple[str, ...], object]) -> None:
    from assistant.settings.save import change_file  # Here: it brings pydantic, which the first picture does without.

    change_file(file, values)
