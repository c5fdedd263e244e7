import sys
from collections.abc import Callable
from types import ModuleType, SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from assistant.secrets import HIDDEN, find_key, hide_keys, holds_key, take_key_out
from store.errors import InputError

KEY = "sk-proj-Abcdefgh0123456789"
CHARACTERS = st.text(st.sampled_from("abcdefghijkABCDEFGHIJK0123456789-_."), min_size=8, max_size=60)


@given(key=CHARACTERS, before=st.text(), after=st.text())
def test_the_key_in_use_is_never_left(key: str, before: str, after: str) -> None:
    assert key not in hide_keys(f"{before}{key}{after}", SecretStr(key)).replace(HIDDEN, "")


@given(key=CHARACTERS.filter(lambda key: len(key) > 20), kept=st.integers(6, 20))
def test_a_key_that_is_cut_or_starred_out_is_taken_out_too(key: str, kept: int) -> None:
    assert key[:6] not in hide_keys(f"Incorrect key: {key[:kept]}*****. Sorry", key).replace(HIDDEN, "")


@pytest.mark.parametrize(
    "text",
    [
        KEY,
        "sk-ant-api03-xyzxyzxyz",
        "gsk_0123456789abcdef",
        "hf_abcdefghijkl",
        "AIzaSyA-1234567890",
        "sk-pr****6789",
        "Authorization: Bearer abc.def",
        "http://ann:secret@example.org/v1",
        "http://example.org/v1?key=secretive",
    ],
)
def test_what_looks_like_a_key_is_taken_out(text: str) -> None:
    assert holds_key(text)
    cleaned = hide_keys(f"It says {text} twice: {text}")
    assert HIDDEN in cleaned
    assert not any(
        part in cleaned for part in ("Abcdef", "xyzxyz", "0123456789", "ijkl", "SyA", "6789", "def", "ecret")
    )


@pytest.mark.parametrize(
    "text", ["openai:gpt-4o-mini", "http://localhost:11434/v1", "OPENAI_API_KEY", "Risk-averse, ask-first bandits", ""]
)
def test_other_text_stays(text: str) -> None:
    assert not holds_key(text)
    assert hide_keys(text, "none") == text


@given(key=CHARACTERS, pieces=st.lists(st.text("abc sk-", max_size=5), max_size=6), at=st.integers(0, 6))
def test_what_a_model_writes_back_of_its_key_is_taken_out_piece_by_piece(key: str, pieces: list[str], at: int) -> None:
    written = [*pieces[:at], *key, *pieces[at:]]
    shown = [take_key_out("".join(written[:n]), SecretStr(key), growing=True) for n in range(len(written) + 1)]
    assert all(key[:12] not in text.replace(HIDDEN, "") for text in shown)
    assert HIDDEN in take_key_out("".join(written), SecretStr(key))


def test_what_grows_is_never_taken_back() -> None:
    text, key = f"Ask with {KEY[:15]} or {KEY}, not sk-pro or s", SecretStr(KEY)
    shown = [take_key_out(text[:n], key, growing=True) for n in range(len(text) + 1)]
    whole = take_key_out(text, key)
    assert whole == f"Ask with {HIDDEN} or {HIDDEN}, not sk-pro or s"
    assert all(later.startswith(earlier) for earlier, later in zip(shown, [*shown[1:], whole], strict=True))
    assert shown[-1] == whole[:-1]


def test_words_that_look_like_a_key_stay_in_what_a_model_writes() -> None:
    text = "PK-PD-modelling of sk-learning rates, hf_abcdefghijkl and none"
    assert (
        take_key_out(text, SecretStr(KEY)) == take_key_out(text, SecretStr("none")) == take_key_out(text, None) == text
    )


def test_the_environment_comes_before_the_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    _install(monkeypatch, lambda service, name: f"from-{service}-{name}")
    assert _secret(find_key("MY_KEY", {"MY_KEY": " abc \n"})) == "abc"
    assert _secret(find_key("MY_KEY", {"MY_KEY": ""})) == "from-conspectus-MY_KEY"


def test_no_keyring_is_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert find_key("MY_KEY", {}) is None


def test_a_keyring_without_a_backend_is_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    _install(monkeypatch, None, "NoKeyringError")
    assert find_key("MY_KEY", {}) is None


def test_a_locked_keyring_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    _install(monkeypatch, None, "KeyringError")
    with pytest.raises(InputError, match=r"locked.*MY_KEY"):
        find_key("MY_KEY", {})


@pytest.mark.parametrize("value", ["two words", "schlüssel", "a\x07b"])
def test_what_is_no_key_is_said_and_not_repeated(value: str) -> None:
    with pytest.raises(InputError, match="MY_KEY holds is no API key") as raised:
        find_key("MY_KEY", {"MY_KEY": value})
    assert value not in str(raised.value)


def _secret(key: SecretStr | None) -> str | None:
    return key.get_secret_value() if key else None


def _install(monkeypatch: pytest.MonkeyPatch, found: Callable[[str, str], str] | None, error: str = "") -> None:
    """A stand-in for the package ``keyring``: it finds something, or raises one of its errors."""
    base = type("KeyringError", (Exception,), {})
    errors = {"KeyringError": base, "NoKeyringError": type("NoKeyringError", (base,), {})}

    def get_password(service: str, name: str) -> str | None:
        if error:
            raise errors[error]("it is locked")
        return found(service, name) if found else None

    module = ModuleType("keyring")
    module.__dict__.update(get_password=get_password, errors=SimpleNamespace(**errors))
    monkeypatch.setitem(sys.modules, "keyring", module)
