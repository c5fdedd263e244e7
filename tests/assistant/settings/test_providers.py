"""Which address each provider has, and which key goes there."""

from pathlib import Path

import pytest

from assistant.settings import Settings, load
from store.errors import InputError
from store.providers.provider import URLS

ENV = {"OPENALEX_API_KEY": "alex", "S2_API_KEY": "scholar", "NCBI_API_KEY": "med", "MINE": "mine"}


def test_nothing_set_asks_the_providers_themselves_with_their_keys() -> None:
    access = Settings().providers.build_access(ENV)
    assert {name: access.url(name) for name in URLS} == dict(URLS)
    assert [access.key(name) for name in URLS] == ["", "alex", "", "scholar", "med"]
    assert access.email == ""


def test_no_key_goes_to_another_address_unless_it_is_named() -> None:
    env = {"CONSPECTUS_PROVIDERS_S2_URL": "http://localhost:1/s2/", "CONSPECTUS_PROVIDERS_PUBMED_URL": "http://p"}
    settings = load(env={**env, "CONSPECTUS_PROVIDERS_PUBMED_KEY_ENV": "MINE"})
    access = settings.providers.build_access(ENV)
    assert access.url("s2") == "http://localhost:1/s2"
    assert [access.key(name) for name in ("s2", "pubmed", "openalex")] == ["", "mine", "alex"]


def test_a_key_is_not_shown() -> None:
    assert "alex" not in repr(Settings().providers.build_access(ENV)).replace("openalex", "")


@pytest.mark.parametrize("line", ['email = "nobody"', 's2_url = "ftp://h"', "timeout = 0", "cache_days = -1"])
def test_what_is_not_allowed(tmp_path: Path, line: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(f"[providers]\n{line}\n")
    with pytest.raises(InputError, match="Allowed: "):
        load(env={}, file=file)


def test_an_address_with_a_password_is_not_repeated(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[providers]\narxiv_url = "http://ann:secret@h"\n')
    with pytest.raises(InputError) as raised:
        load(env={}, file=file)
    assert "secret" not in str(raised.value)
