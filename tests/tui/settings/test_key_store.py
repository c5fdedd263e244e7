import sys
from types import ModuleType, SimpleNamespace

import pytest

from store.errors import InputError
from tui.settings.key_store import store_key


class Fails(Exception):
    """An error of the stand-in for the package."""


def keyring(monkeypatch: pytest.MonkeyPatch, error: type[Exception] | None = None) -> dict[tuple[str, str], str]:
    """A stand-in for the package ``keyring``; what is put into it."""
    kept: dict[tuple[str, str], str] = {}

    def put(service: str, name: str, key: str) -> None:
        if error:
            raise error("locked")
        kept[service, name] = key

    module = ModuleType("keyring")
    errors = SimpleNamespace(NoKeyringError=type("NoKeyringError", (Fails,), {}), KeyringError=Fails)
    module.__dict__.update(set_password=put, errors=errors)
    monkeypatch.setitem(sys.modules, "keyring", module)
    return kept


def test_a_key_goes_into_the_keyring_and_nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    kept, env = keyring(monkeypatch), dict[str, str]()
    assert store_key("MY_KEY", " sk-1234 ", env) == "Kept in the keyring as MY_KEY."
    assert kept == {("conspectus", "MY_KEY"): "sk-1234"}
    assert env == {}


def test_a_variable_that_is_set_would_win_and_is_replaced_for_now(monkeypatch: pytest.MonkeyPatch) -> None:
    kept, env = keyring(monkeypatch), {"MY_KEY": "sk-old"}
    assert "is set in the environment, too" in store_key("MY_KEY", "sk-new", env)
    assert (kept["conspectus", "MY_KEY"], env["MY_KEY"]) == ("sk-new", "sk-new")


def test_without_a_keyring_it_holds_until_one_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    env: dict[str, str] = {}
    assert "until you leave" in store_key("MY_KEY", "sk-1234", env)
    assert env == {"MY_KEY": "sk-1234"}


def test_a_locked_keyring_is_said_and_nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    keyring(monkeypatch, Fails)
    env: dict[str, str] = {}
    with pytest.raises(InputError, match="The keyring takes no key: locked"):
        store_key("MY_KEY", "sk-1234", env)
    assert env == {}


@pytest.mark.parametrize("text", ["two words", "schlüssel"])
def test_what_can_be_no_key_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    kept = keyring(monkeypatch)
    with pytest.raises(InputError, match="no API key"):
        store_key("MY_KEY", text, {})
    assert not kept
