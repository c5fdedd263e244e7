from dataclasses import replace
from pathlib import Path

import pytest

from store.errors import ConspectusError, InputError
from tui.preferences import (
    Preferences,
    load_preferences,
    preferences_path,
    read_keymap,
    save_keymap,
    save_preferences,
    write_keymap,
)

OTHERS = Preferences(theme="nord", show_evidence=False)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where they are kept; there is nothing yet."""
    return tmp_path / "config" / "chat.toml"


def written(file: Path, content: bytes) -> Path:
    """The file with a content."""
    file.parent.mkdir()
    file.write_bytes(content)
    return file


def test_without_a_file_the_defaults_hold_and_none_is_made(file: Path) -> None:
    assert load_preferences(file) == (Preferences(), "")
    assert not file.parent.exists()


def test_what_is_saved_is_loaded(file: Path) -> None:
    save_preferences(OTHERS, file)
    assert load_preferences(file) == (OTHERS, "")


def test_saving_leaves_the_keymap_the_comments_and_newer_names_alone(file: Path) -> None:
    written(file, b'later = 1\n[keymap]\nretry = "ctrl+r"  # as in my shell\n')
    preferences, warning = load_preferences(file)
    assert (preferences.keymap, warning) == ({"retry": "ctrl+r"}, "")
    save_preferences(replace(preferences, theme="nord"), file)
    assert load_preferences(file) == (Preferences(theme="nord", keymap={"retry": "ctrl+r"}), "")
    text = file.read_text(encoding="utf-8")
    assert "# as in my shell" in text
    assert "later = 1" in text


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"theme = ", "Invalid value"),
        (b"\xff\xfe", "utf-8"),
        (b"theme = 3", "theme cannot be 3"),
        (b"[keymap]\nretry = 5", "keymap.retry cannot be 5"),
    ],
)
def test_a_broken_file_is_set_aside_and_said(file: Path, content: bytes, reason: str) -> None:
    preferences, warning = load_preferences(written(file, content))
    assert preferences == Preferences()
    assert reason in warning
    assert "chat.toml.broken" in warning
    assert file.with_name("chat.toml.broken").read_bytes() == content
    assert load_preferences(file) == (Preferences(), "")


def test_a_broken_file_that_cannot_be_moved_is_still_no_error(file: Path) -> None:
    written(file, b"theme = ")
    (file.with_name("chat.toml.broken") / "in-the-way").mkdir(parents=True)
    preferences, warning = load_preferences(file)
    assert preferences == Preferences()
    assert warning.startswith(f"The preferences in {file} are broken (")
    assert file.exists()


def test_what_cannot_be_read_is_said(file: Path) -> None:
    file.mkdir(parents=True)
    assert "cannot be read: Is a directory. Defaults" in load_preferences(file)[1]


def test_what_cannot_be_written_is_said(file: Path) -> None:
    file.parent.write_text("a file where the folder belongs", encoding="utf-8")
    with pytest.raises(ConspectusError, match="cannot be written"):
        save_preferences(OTHERS, file)


def test_they_lie_in_the_users_folder_for_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("platformdirs.user_config_dir", lambda name, **_: str(tmp_path / name))
    assert preferences_path() == tmp_path / "conspectus" / "chat.toml"


def test_keys_are_saved_beside_the_comments_of_those_that_stay(file: Path) -> None:
    written(file, b'[keymap]\nretry = "ctrl+r"  # as in my shell\n"list.down" = "n"\n')
    save_keymap({"retry": "ctrl+r", "edit": "f12"}, file)
    assert load_preferences(file)[0].keymap == {"retry": "ctrl+r", "edit": "f12"}
    assert b"# as in my shell" in file.read_bytes()


def test_keys_are_read_as_they_are_written() -> None:
    keymap = {"retry": "f5,ctrl+r", "list.down": "n"}
    assert write_keymap(keymap) == "retry=f5,ctrl+r list.down=n"
    assert read_keymap(write_keymap(keymap)) == keymap
    assert read_keymap("  ") == {}


@pytest.mark.parametrize("text", ["retry", "retry=", "=f5", "retry = f5", "RETRY=f5"])
def test_what_is_no_key_of_an_id_is_told(text: str) -> None:
    with pytest.raises(InputError, match="is no key of an id"):
        read_keymap(text)
