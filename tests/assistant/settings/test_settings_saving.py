from pathlib import Path

import pytest

from assistant.settings import load
from assistant.settings.save import list_overruling_variables, save_settings
from store.errors import InputError


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file with a setting and a comment."""
    path = tmp_path / "config.toml"
    path.write_text('[chat]\nmodel = "openai:small"  # cheap\n', encoding="utf-8")
    return path


def test_what_is_saved_is_loaded(file: Path) -> None:
    save_settings({"model": "tiny", "base_url": "http://localhost:1/v1", "k": "12", "strict": True}, file)
    settings = load(env={}, file=file)
    assert (settings.chat.model, settings.chat.base_url) == ("tiny", "http://localhost:1/v1")
    assert (settings.k, settings.strict) == (12, True)
    assert "# cheap" in file.read_text(encoding="utf-8")
    assert "k = 12\n" in file.read_text(encoding="utf-8")


@pytest.mark.parametrize("nothing", [None, ""])
def test_nothing_takes_a_setting_out(file: Path, nothing: str | None) -> None:
    save_settings({"model": nothing, "report_model": nothing}, file)
    assert load(env={}, file=file).chat.model == ""
    assert "model" not in file.read_text(encoding="utf-8")


def test_without_a_file_one_is_made(tmp_path: Path) -> None:
    file = tmp_path / "conspectus" / "config.toml"
    save_settings({"embedding_model": "e5", "library": tmp_path}, file)
    settings = load(env={}, file=file)
    assert (settings.embedding.model, settings.library) == ("e5", tmp_path)


def test_the_file_that_the_environment_names_is_the_one(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONSPECTUS_CONFIG", str(file))
    save_settings({"k": 3})
    assert load(env={}, file=file).k == 3


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"k": 1000}, "from 1 to 100"),
        ({"k": "many"}, "from 1 to 100"),
        ({"colour": "red"}, "no setting 'colour'"),
        ({"base_url": "nonsense"}, "an address like"),
        ({"model": "sk-proj-0123456789abcdef"}, "looks like an API key"),
        ({"context": 512, "max_output": 512}, "leaves no room"),
    ],
)
def test_what_could_not_be_loaded_is_not_saved(file: Path, changes: dict[str, object], said: str) -> None:
    before = file.read_bytes()
    with pytest.raises(InputError, match=said) as caught:
        save_settings(changes, file)
    assert file.read_bytes() == before
    assert "0123456789" not in str(caught.value)


def test_a_broken_file_is_not_saved_over(file: Path) -> None:
    file.write_text("[chat\n", encoding="utf-8")
    with pytest.raises(InputError, match="is not TOML"):
        save_settings({"k": 3}, file)
    assert file.read_text(encoding="utf-8") == "[chat\n"


def test_what_the_environment_sets_wins_and_is_told() -> None:
    env = {"CONSPECTUS_MODEL": "other", "CONSPECTUS_K": ""}
    assert list_overruling_variables({"model": "mine", "k": 3, "strict": True}, env) == ("CONSPECTUS_MODEL",)
