import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.settings import save as toml_file
from store.errors import ConspectusError, InputError

WRITTEN = """\
# Mine.
k = 5  # few

[chat]
model = "openai:small"  # cheap
timeout = 20
"""
WORDS = st.text("abcdefghij", min_size=1, max_size=4)
VALUES = st.one_of(st.booleans(), st.integers(-(2**63), 2**63 - 1), st.text(st.characters(exclude_categories=["Cs"])))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file that somebody wrote."""
    path = tmp_path / "config.toml"
    path.write_text(WRITTEN, encoding="utf-8")
    return path


def test_only_what_changes_changes(file: Path) -> None:
    toml_file.change_file(file, {("k",): 7, ("chat", "model"): "local"})
    assert file.read_text(encoding="utf-8") == WRITTEN.replace("5", "7").replace("openai:small", "local")


def test_none_takes_a_value_out(file: Path) -> None:
    toml_file.change_file(file, {("k",): None, ("chat", "timeout"): None, ("report", "model"): None})
    assert tomllib.loads(file.read_text(encoding="utf-8")) == {"chat": {"model": "openai:small"}}


def test_new_tables_and_new_top_values_stand_where_they_belong(file: Path) -> None:
    toml_file.change_file(file, {("report", "model"): "large", ("strict",): True})
    assert tomllib.loads(file.read_text(encoding="utf-8")) == {
        "k": 5,
        "strict": True,
        "chat": {"model": "openai:small", "timeout": 20},
        "report": {"model": "large"},
    }


def test_the_file_and_its_folder_are_made(tmp_path: Path) -> None:
    file = tmp_path / "new" / "folder" / "config.toml"
    toml_file.change_file(file, {("k",): 3})
    assert file.read_text(encoding="utf-8") == "k = 3\n"
    assert file.stat().st_mode & 0o077 == 0


def test_permissions_stay_and_nothing_is_left_behind(file: Path) -> None:
    file.chmod(0o640)
    toml_file.change_file(file, {("k",): 3})
    assert file.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in file.parent.iterdir()] == ["config.toml"]


def test_a_link_is_followed_and_stays_a_link(file: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.toml"
    link.symlink_to(file)
    toml_file.change_file(link, {("k",): 3})
    assert link.is_symlink()
    assert "k = 3" in file.read_text(encoding="utf-8")


@pytest.mark.parametrize("content", [b"k = ", b"\xff", b"[chat\n"])
def test_a_broken_file_is_not_touched(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(InputError, match="is not TOML"):
        toml_file.change_file(file, {("k",): 3})
    assert file.read_bytes() == content


def test_a_value_where_a_table_belongs_is_said(file: Path) -> None:
    with pytest.raises(InputError, match="'k' is no table"):
        toml_file.change_file(file, {("k", "model"): "x"})
    assert file.read_text(encoding="utf-8") == WRITTEN


def test_what_cannot_be_written_is_said_and_leaves_no_traces(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(ConspectusError, match="No space left"):
        toml_file.change_file(file, {("k",): 3})
    assert file.read_text(encoding="utf-8") == WRITTEN
    assert [path.name for path in file.parent.iterdir()] == ["config.toml"]


@given(
    st.lists(
        st.dictionaries(st.one_of(st.tuples(WORDS), st.tuples(st.just("a-table"), WORDS)), VALUES, max_size=3),
        max_size=2,
    )
)
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, rounds: list[dict[Any, Any]]) -> None:
    file = tmp_path_factory.mktemp("toml") / "file.toml"
    expected: dict[str, Any] = {}
    for changes in rounds:
        toml_file.change_file(file, changes)
        for keys, value in changes.items():
            (expected if len(keys) == 1 else expected.setdefault(keys[0], {}))[keys[-1]] = value
        assert tomllib.loads(file.read_text(encoding="utf-8")) == expected
