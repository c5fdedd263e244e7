"""docs/settings.md and the README: every setting stands there as it is, and their examples work."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from assistant.cli.main import main
from assistant.settings import (
    NAMES,
    ArchiveSettings,
    CheckSettings,
    ModelSettings,
    ProviderSettings,
    Settings,
    ZoteroSettings,
    load,
)
from assistant.settings.server import ServerSettings
from assistant.settings.sources import PREFIX, flatten_name
from store.readers import ArchiveLimits

_OWN_TABLES = ("providers", "server", "zotero", "archives")
ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")


def row(name: str, model: Any, table: str = "") -> str:
    """A setting's line in the guide."""
    field = model.model_fields[name]
    default = "–" if field.default in (None, "") else str(field.default)
    default = default.lower() if isinstance(field.default, bool) else default
    flat = flatten_name(table, name) if table else name
    return f"| `{name}` | `{PREFIX}{flat.upper()}` | {default} | {field.description} |"


@pytest.mark.parametrize("name", NAMES.top)
def test_each_setting_at_the_top_is_documented(name: str) -> None:
    assert row(name, Settings) in GUIDE


@pytest.mark.parametrize("name", NAMES.tables["chat"])
def test_each_setting_of_a_model_is_documented(name: str) -> None:
    assert row(name, ModelSettings, "chat") in GUIDE


@pytest.mark.parametrize("name", ["second_stage", "folder", "nearness"])
def test_the_settings_of_the_check_are_documented(name: str) -> None:
    assert row(name, CheckSettings, "check") in GUIDE


@pytest.mark.parametrize("name", NAMES.tables["providers"])
def test_each_setting_of_the_providers_is_documented(name: str) -> None:
    assert row(name, ProviderSettings, "providers") in GUIDE


@pytest.mark.parametrize("name", NAMES.tables["server"])
def test_each_setting_of_the_server_is_documented(name: str) -> None:
    assert row(name, ServerSettings, "server") in GUIDE


@pytest.mark.parametrize("name", NAMES.tables["zotero"])
def test_each_setting_of_zotero_is_documented(name: str) -> None:
    assert row(name, ZoteroSettings, "zotero") in GUIDE


@pytest.mark.parametrize("name", NAMES.tables["archives"])
def test_each_setting_of_archives_is_documented(name: str) -> None:
    assert row(name, ArchiveSettings, "archives") in GUIDE


def test_the_limits_of_archives_are_those_of_the_readers() -> None:
    assert ArchiveSettings().model_dump() == ArchiveLimits().model_dump()


@pytest.mark.parametrize("role", [table for table in NAMES.tables if table not in _OWN_TABLES])
def test_each_role_is_documented_and_has_the_same_settings(role: str) -> None:
    assert f"`[{role}]`" in GUIDE
    assert re.sub(r";.*", "", str(Settings.model_fields[role].description)) in " ".join(GUIDE.split())
    own = ("second_stage", "folder", "nearness")  # Of the check.
    assert [name for name in NAMES.tables[role] if name not in own] == [*NAMES.tables["chat"]]


def test_nothing_is_documented_that_does_not_exist() -> None:
    documented = re.findall(r"^\| `(\w+)` \|", GUIDE, flags=re.MULTILINE)
    assert sorted(documented) == sorted(
        (*NAMES.top, *(name for table in ("check", *_OWN_TABLES) for name in NAMES.tables[table]))
    )
    assert {name.removeprefix(PREFIX).lower() for name in re.findall(rf"{PREFIX}\w+", GUIDE)} <= {
        *NAMES.flat(),
        "config",
    }


def test_each_flag_that_is_documented_can_be_given(capsys: pytest.CaptureFixture[str]) -> None:
    for command in (["add"], ["ask"], ["search"], ["doctor"], []):  # Those of a server stand in the help of all.
        assert main([*command, "--help"]) == 0
    known = set(re.findall(r"(?<![\w-])--?[a-z][\w-]*", capsys.readouterr().out))
    told = set(re.findall(r"`(--?[a-z][\w-]*)", GUIDE))
    assert told <= known
    assert {"--model", "--base-url", "--api-key-env", "--no-cache", "--fallback", "--config", "-k"} <= told


@pytest.mark.parametrize("text", [GUIDE, README], ids=["guide", "readme"])
def test_the_examples_of_a_file_are_settings(text: str, tmp_path: Path) -> None:
    examples = re.findall(r"^```toml\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)
    assert examples
    for example in examples:
        file = tmp_path / "config.toml"
        file.write_text(example)
        settings = load(env={}, file=file)
        assert settings.chat.model == tomllib.loads(example)["chat"]["model"]
        assert settings.chat.is_local
        assert settings.embedding.is_local or not settings.embedding.model
