from pathlib import Path

import pytest

from prompts import VARIABLES, PromptRole, Prompts
from store.errors import InputError


@pytest.mark.parametrize("role", PromptRole)
def test_every_prompt_that_is_shipped_takes_its_placeholders_and_no_others(role: PromptRole) -> None:
    values = {name: f"<{name} {{0}}>" for name in VARIABLES[role]}
    rendered = Prompts().render(role, **values)
    assert all(value in rendered for value in values.values())
    assert "{{" not in rendered
    if values:
        with pytest.raises(KeyError):
            Prompts().render(role)


def test_instructions_come_after_the_abstracts() -> None:
    text = Prompts().render(PromptRole.ANSWER, evidence="EVIDENCE", question="QUESTION", form="FORM")
    assert text.index("EVIDENCE") < text.index("QUESTION") < text.index("FORM")


def test_a_folder_replaces_what_it_holds_and_the_hash_tells(tmp_path: Path) -> None:
    (tmp_path / "condense.md").write_text("{history} {question}")
    (tmp_path / "notes.txt").write_text("Anything.")
    own = Prompts(tmp_path)
    assert own.render(PromptRole.CONDENSE, history="a", question="b") == "a b"
    assert own.render(PromptRole.FORM_TEXT) == Prompts().render(PromptRole.FORM_TEXT)
    assert own.hash != Prompts().hash
    assert Prompts().hash == Prompts().hash


def test_what_was_written_stays_found_when_a_judge_is_asked_otherwise(tmp_path: Path) -> None:
    (tmp_path / "judge.md").write_text("{statements} {form}")
    (tmp_path / "form_letter.md").write_text("A, B or C?")
    own = Prompts(tmp_path)
    assert own.hash == Prompts().hash
    assert own.read(PromptRole.JUDGE) == "{statements} {form}"


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("condense.md", "{question}", r"placeholders \{question\}, not \{history\}, \{question\}"),
        ("condense.md", "{history} {question} {more}", r"\{more\}"),
        ("condense.md", "{history} {question} {}", r"\{\}"),
        ("form_text.md", '{"claims": []}', "condense|claims"),
        ("form_text.md", "{", "cannot be read"),
        ("anser.md", "", "no prompt of Conspectus.*answer.md"),
    ],
)
def test_a_wrong_prompt_is_named(name: str, text: str, words: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(InputError, match=words) as raised:
        Prompts(tmp_path)
    assert name in str(raised.value)


def test_bytes_that_are_no_text_and_a_missing_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no folder of prompts"):
        Prompts(tmp_path / "missing")
    (tmp_path / "judge.md").write_bytes(b"\xff")
    with pytest.raises(InputError, match=r"judge\.md cannot be read"):
        Prompts(tmp_path)
