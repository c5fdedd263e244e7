import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from assistant.llm.connect import look_up_key
from assistant.settings import NAMES, ModelSettings, Settings, load
from store.errors import InputError

ROOT = Path(__file__).resolve().parents[3]
KEY = "sk-proj-Abcdefgh0123456789"


@pytest.fixture(autouse=True)
def _no_file_of_the_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


def test_nothing_set_is_no_model() -> None:
    assert load(env={}) == Settings()
    assert load(env={}).chat.model == ""


def test_flags_win_over_the_environment_and_that_over_the_file(file: Path) -> None:
    file.write_text('k = 3\n[chat]\nmodel = "a"\nbase_url = "http://a/v1"\ntimeout = 5\nretries = 1\n')
    env = {"CONSPECTUS_MODEL": "b", "CONSPECTUS_TIMEOUT": "6", "CONSPECTUS_RETRIES": ""}
    settings = load({"model": "c", "timeout": None}, env, file)
    assert (settings.chat.model, settings.chat.timeout, settings.chat.retries, settings.k) == ("c", 6.0, 1, 3)


def test_every_setting_can_be_given_in_each_way(file: Path) -> None:
    values: dict[str, str] = {
        **{"model": "m", "base_url": "http://h/v1", "api_key_env": "MY_KEY", "context": "4096", "max_output": "99"},
        **{"temperature": "0.5", "timeout": "9", "stall": "8", "retries": "7", "library": "lib", "store": "http://s"},
        **{
            "prompts": "p",
            "fallback": "true",
            "cache": "false",
            "embed_at_once": "false",
            "strict": "true",
            "retracted": "true",
            "k": "5",
        },
        **{"longest": "7", "reasoning": "low", "reasoning_tokens": "512", "response_format": "json_object"},
        **{"max_tokens_name": "max_tokens", "stream": "no", "stream_usage": "yes"},
        **{"collection": "mine", "tenant": "ten", "database": "base", "token_env": "MY_KEY", "user": "ann", "ca": "c"},
        **{"token_header": "X-Token", "search": "server"},
    }
    values |= {"ratio": "50", "members": "9", "records": "5000", "seconds": "60"}
    urls = {f"{name}_url": f"http://{name}" for name in ("arxiv", "openalex", "crossref", "s2", "pubmed")}
    named = {f"{name}_key_env": "MY_KEY" for name in ("openalex", "s2", "pubmed")}
    values |= {
        "door": "web",
        "local_url": "http://z",
        "web_url": "http://w",
        "key_env": "MY_KEY",
        "database": "z.sqlite",
    }
    values |= {
        "email": "ann@example.org",
        "cache_days": "1",
        "second_stage": "model",
        "folder": "f",
        "nearness": "false",
    }
    values |= urls | named
    flat = {name: values[path[-1]] for name, path in NAMES.flat().items()}
    top = "\n".join(f'{name} = "{values[name]}"' for name in NAMES.top)
    tables = "\n".join(
        f"[{table}]\n" + "\n".join(f'{name} = "{values[name]}"' for name in names)
        for table, names in NAMES.tables.items()
    )
    file.write_text(f"{top}\n{tables}\n")
    by_flags = load(flat, {})
    assert by_flags == load({}, {f"CONSPECTUS_{name.upper()}": value for name, value in flat.items()})
    assert by_flags == load({}, {}, file)
    assert by_flags.embedding == by_flags.chat == ModelSettings.model_validate(values | {"x": 0}, extra="ignore")


def test_the_model_that_checks_is_the_one_that_answers_unless_it_is_named() -> None:
    chat = {"model": "a", "base_url": "http://a/v1", "api_key_env": "KEY", "context": "4096", "temperature": "0.7"}
    same = load(chat, {}).check
    assert (same.second_stage, same.name, same.endpoint, same.key_name) == ("none", "a", "http://a/v1", "KEY")
    assert (same.context, same.temperature) == (4096, 0.0)  # A temperature for prose is none for decisions.
    other = load({**chat, "check_model": "b", "check_second_stage": "model"}, {}).check
    assert (other.second_stage, other.name, other.endpoint, other.context) == ("model", "b", "http://a/v1", None)
    elsewhere = load({**chat, "check_base_url": "http://b/v1"}, {}).check
    assert (elsewhere.name, elsewhere.endpoint, elsewhere.key_name) == ("a", "http://b/v1", "")
    with pytest.raises(InputError, match="--check-second-stage is 'maybe', which is not allowed"):
        load({"check_second_stage": "maybe"}, {})


def test_the_file_is_the_users_own_or_the_one_that_is_named(tmp_path: Path, file: Path) -> None:
    own = tmp_path / "config" / "conspectus" / "config.toml"
    own.parent.mkdir(parents=True)
    own.write_text("k = 4")
    file.write_text("k = 6")
    assert load(env={}).k == 4
    assert load(env={"CONSPECTUS_CONFIG": str(file)}).k == 6


def test_the_report_takes_what_it_lacks_from_chat() -> None:
    env = {"CONSPECTUS_MODEL": "openai:a", "CONSPECTUS_TEMPERATURE": "1", "CONSPECTUS_REPORT_MODEL": "openai:b"}
    report = load(env=env).report
    assert (report.model, report.temperature) == ("openai:b", 1.0)


def test_a_key_stays_with_its_address() -> None:
    env = {"CONSPECTUS_MODEL": "openai:a", "CONSPECTUS_API_KEY_ENV": "CHAT_KEY", "CONSPECTUS_CONTEXT": "9999"}
    report = load(env={**env, "CONSPECTUS_REPORT_BASE_URL": "http://other/v1"}).report
    assert (report.key_name, report.context) == ("", None)


def test_openais_own_variable_for_another_address_counts_where_none_of_ours_does() -> None:
    env = {"OPENAI_BASE_URL": "http://gateway/v1", "CONSPECTUS_MODEL": "openai:a"}
    settings = load(env=env)
    assert (settings.chat.endpoint, settings.chat.key_name) == ("http://gateway/v1", "OPENAI_API_KEY")
    assert settings.report == settings.chat
    local = load(env={**env, "CONSPECTUS_BASE_URL": "http://localhost:1/v1"})
    assert (local.chat.endpoint, local.chat.key_name) == ("http://localhost:1/v1", "")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[chat]\nmodle = 'x'", r"settings\.toml sets 'modle' in \[chat\].*Allowed: model, base_url"),
        ("model = 'x'", r"settings\.toml sets 'model' at the top.*tables: \[chat\]"),
        ("[chta]\n", r"settings\.toml has a table \[chta\].*\[chat\], \[embedding\], \[report\]"),
        ("[chat]\ntimeout = 'soon'", r"timeout in \[chat\] of .*settings\.toml is 'soon'.*Allowed: seconds"),
        ("[embedding]\nretries = 99", r"retries in \[embedding\] of .* is '99'.*from 0 to 10"),
        ("k = 0", r"k in .*settings\.toml is '0'.*from 1 to 100"),
        ("cache = 'perhaps'", "true or false"),
        ("[chat]\ntimeout = nan", "seconds"),
        ("k = 1\nk 2", r"settings\.toml is not TOML: .*line 2"),
        ("[chat]\ncontext = 512", "leaves no room beside the answer's 1024"),
        ("[chat]\nmodel = ['a']", r"model in \[chat\].*Allowed: PROVIDER:NAME"),
    ],
)
def test_a_bad_file_is_named_with_the_setting_and_what_is_allowed(file: Path, text: str, words: str) -> None:
    file.write_text(text)
    with pytest.raises(InputError, match=words):
        load(env={}, file=file)


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path, file: Path) -> None:
    with pytest.raises(InputError, match=r"No such file.*CONSPECTUS_CONFIG"):
        load(env={}, file=tmp_path / "none.toml")
    file.write_bytes(b"k = 1 # \xff")
    with pytest.raises(InputError, match=r"not UTF-8 \(byte 8\)"):
        load(env={}, file=file)


@given(st.text())
def test_a_file_of_any_text_is_settings_or_an_error_of_ours(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    file = tmp_path_factory.getbasetemp() / "any.toml"
    file.write_text(text, encoding="utf-8", errors="replace")
    refusal = ""
    try:
        assert isinstance(load(env={}, file=file), Settings)
    except InputError as error:
        refusal = str(error)
    assert not refusal or str(file) in refusal


@pytest.mark.parametrize("line", [f'api_key = "{KEY}"', 'key = "abc"', f'api_key_env = "{KEY}"', f'model = "{KEY}"'])
def test_a_key_in_the_file_is_refused_and_not_repeated(file: Path, line: str) -> None:
    file.write_text(f"[chat]\n{line}\n")
    with pytest.raises(InputError, match=r"API key.*environment variables or in the keyring") as raised:
        load(env={}, file=file)
    assert KEY not in str(raised.value)


@pytest.mark.parametrize("variable", ["API_KEY_ENV", "BASE_URL", "TIMEOUT", "EMBEDDING_API_KEY_ENV", "K"])
@pytest.mark.parametrize("value", [KEY, "gsk_0123456789abcdef", f"http://ann:{KEY}@host/v1"])
def test_a_key_in_the_wrong_place_is_not_repeated(variable: str, value: str) -> None:
    with pytest.raises(InputError, match=rf"\$CONSPECTUS_{variable}") as raised:
        load(env={f"CONSPECTUS_{variable}": value})
    assert value not in str(raised.value)
    assert raised.value.__context__ is None


def test_values_made_by_hand_do_not_show_what_was_given() -> None:
    with pytest.raises(ValidationError) as raised:
        ModelSettings(api_key_env=KEY, base_url=f"http://ann:{KEY}@host/v1")
    assert KEY not in str(raised.value)


@pytest.mark.parametrize(
    "url",
    ["localhost:1/v1", "ftp://h/v1", "http://", "http://h:port/v1", "http://h/v1?a=b", "http://h/v1#a", "http://a b"],
)
def test_an_address_has_to_be_plain(url: str) -> None:
    with pytest.raises(InputError, match="--base-url is not allowed"):
        load({"base_url": url}, {})


@pytest.mark.parametrize(
    ("given", "provider", "name", "endpoint", "key_name"),
    [
        ({"model": "openai:gpt-4o"}, "openai", "gpt-4o", "https://api.openai.com/v1", "OPENAI_API_KEY"),
        ({"model": "anthropic:c", "api_key_env": "A"}, "anthropic", "c", "anthropic", "A"),
        ({"model": "anthropic:c"}, "anthropic", "c", "anthropic", ""),
        ({"model": "gpt-4o"}, "", "gpt-4o", "", ""),
        ({"model": "llama3:8b", "base_url": "http://h/v1/"}, "openai", "llama3:8b", "http://h/v1", ""),
        ({"model": "openai:m", "base_url": "http://h"}, "openai", "m", "http://h", ""),
        ({"model": "m", "base_url": "http://api.openai.com/v1"}, "openai", "m", "http://api.openai.com/v1", ""),
    ],
)
def test_who_serves_a_model(given: dict[str, Any], provider: str, name: str, endpoint: str, key_name: str) -> None:
    model = ModelSettings(**given)
    assert (model.provider, model.name, model.endpoint, model.key_name) == (provider, name, endpoint, key_name)


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://localhost:1/v1", True),
        ("http://127.8.0.1/v1", True),
        ("http://[::1]:8000/v1", True),
        ("http://box.localhost/v1", True),
        ("http://localhost.example.org/v1", False),
        ("http://10.0.0.1/v1", False),
        ("https://127.0.0.1.example.org/v1", False),
    ],
)
def test_which_endpoints_are_on_this_machine(url: str, local: bool) -> None:
    assert ModelSettings(model="m", base_url=url).is_local is local


def test_the_key_is_read_where_it_is_named_and_shown_nowhere() -> None:
    env = {"OPENAI_API_KEY": "openai-key-1234", "MY_KEY": KEY}
    openai, own = (
        ModelSettings(model="openai:m"),
        ModelSettings(model="m", base_url="http://h/v1", api_key_env="MY_KEY"),
    )
    elsewhere = ModelSettings(model="m", base_url="http://localhost:1/v1")
    key = look_up_key(own, env)
    assert key is not None
    assert key.get_secret_value() == KEY
    assert KEY not in f"{key!r} {own!r} {own.model_dump_json()} {Settings(chat=own).model_dump()}"
    assert str(look_up_key(openai, env)) == "**********"
    assert look_up_key(elsewhere, env) is None


def test_unknown_flags_are_refused() -> None:
    with pytest.raises(InputError, match="no setting 'modle'"):
        load({"modle": "x"}, {})


def test_all_settings_say_what_is_allowed() -> None:
    fields = {**Settings.model_fields, **ModelSettings.model_fields}
    assert [name for name, field in fields.items() if not field.description] == []


@pytest.mark.parametrize(
    "module",
    ["settings", "llm", "llm.connect", "llm.model_errors", "llm.model_limits", "answer.probe"],
)
def test_importing_loads_nothing_heavy(module: str) -> None:
    code = f"import sys, assistant.{module}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    heavy = {"chromadb", "httpx", "httpx2", "langchain", "langchain_core", "langchain_openai", "numpy", "openai"}
    assert heavy & set(done.stdout.split()) == set()


def test_settings_load_with_nothing_that_is_not_theirs() -> None:
    code = "import sys, assistant, assistant.cli.main; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert [name for name in done.stdout.split() if name.startswith(("assistant.llm", "assistant.settings"))] == []
