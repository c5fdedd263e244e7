import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assistant.limits import MAX_BYTES
from assistant.testing import fake_openai_server, faults
from assistant.testing.judges import Choice, always, judge_chat
from tests.assistant.cli.running import Done, Run

RIGHT = "A ViT-G model soup attains 90.94% top-1 accuracy on ImageNet [@wortsman2022model]."
WRONG = "A ViT-G model soup attains 91.94% top-1 accuracy on ImageNet [@wortsman2022model]."
BARE = "Existing fine-tuning methods often reduce robustness to distribution shifts."
BIB = "@article{soups, title={Model soups: averaging weights of multiple fine-tuned models improves accuracy without increasing inference time}}"  # noqa: E501


@pytest.fixture
def draft(tmp_path: Path) -> Callable[..., str]:
    """Write a draft of some paragraphs, and give its path."""

    def write(*paragraphs: str, name: str = "draft.md") -> str:
        file = tmp_path / name
        file.write_text("\n\n".join(paragraphs), encoding="utf-8")
        return str(file)

    return write


def test_a_draft_without_fault(draft: Callable[..., str], run: Run, built: Path) -> None:
    done = run("check", draft("# Title", RIGHT, BARE, "Is it so?"), library=built)
    assert (done.code, done.err) == (0, "")
    assert "≈ line 3: worded as in its source\n    A ViT-G model soup" in done.out
    assert "      “The resulting ViT-G model, which attains 90.94%" in done.out
    assert "+ line 5: cites nothing, and could" in done.out
    assert "    [@wortsman2021robust] worded as in its source\n" in done.out
    assert "Is it so?" not in done.out
    assert done.out.endswith(
        "Compared with what they cite: 1 sentence: 1 worded alike (≈). "
        "1 without: 1 could cite, 0 near in doubt, 0 disputed, 0 with nothing found. 1 skipped.\n"
    )


def test_what_is_wrong_ends_with_1(draft: Callable[..., str], run: Run, built: Path) -> None:
    done = run("check", draft(WRONG), library=built)
    assert done.code == 1
    assert "✗ line 1: its source says otherwise" in done.out
    assert (
        "[@wortsman2022model] its source says otherwise: the number 91.94% is not in the source, which has 90.94%"
        in done.out
    )
    assert "1 sentence: 1 contradicted (✗)." in done.out


def test_an_unknown_key_ends_with_1(draft: Callable[..., str], run: Run, built: Path) -> None:
    done = run("check", draft(RIGHT.replace("[@", "[@nobody2020; @")), library=built)
    assert done.code == 1
    assert "≈ line 1: worded as in its source" in done.out
    assert "[@nobody2020] unknown key: the library has no paper of this key" in done.out
    assert "1 worded alike (≈), 1 unknown key." in done.out


def test_latex_with_its_bib_file(draft: Callable[..., str], run: Run, built: Path) -> None:
    tex = draft(
        r"\section{One}", RIGHT.replace("[@wortsman2022model]", r"\citep{soups}").replace("%", r"\%"), name="a.tex"
    )
    assert run("check", tex, library=built).code == 1
    done = run("check", tex, "--bib", draft(BIB, name="refs.bib"), library=built)
    assert done.code == 0
    assert "[@soups] worded as in its source" in done.out


def test_json_is_an_array_of_sentences(draft: Callable[..., str], run: Run, built: Path) -> None:
    done = run("check", draft(WRONG, BARE, "Is it so?"), "--json", library=built)
    assert (done.code, done.err) == (1, "")
    assert [(one["line"], one["outcome"], one["fine"]) for one in done.json] == [
        *((1, "contradicted", False), (3, "could cite", True), (5, "skipped", True))
    ]


def test_a_draft_on_standard_input(run: Run, built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"\xef\xbb\xbf" + RIGHT.encode())))
    assert "≈ line 1" in run("check", "-", library=built).out
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"\xff\xfe")))
    assert "no UTF-8 text" in run("check", "-", library=built).err


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (b"", 2, "is empty"),
        (b"\x7fELF\0\0\1", 2, "is no text"),
        (b"a. " * (MAX_BYTES // 3 + 1), 2, "a draft may have 5 MB"),
        (None, 1, "There is no file"),
    ],
)
def test_what_is_no_draft_is_one_line(
    content: bytes | None, code: int, said: str, run: Run, built: Path, tmp_path: Path
) -> None:
    file = tmp_path / "draft.md"
    if content is not None:
        file.write_bytes(content)
    done = run("check", str(file), library=built)
    assert (done.code, done.out, done.err.count("\n")) == (code, "", 1)
    assert said in done.err
    assert "draft.md" in done.err


def test_a_sentence_is_a_draft(run: Run, built: Path) -> None:
    assert "line 1" in run("check", RIGHT, library=built).out
    assert "line 1" in run("check", f"{BARE} " * 300 + "and that is 90.94", library=built).out
    assert "There is no file" in run("check", "my draft of May.md", library=built).err
    assert "There is no file" in run("check", "my draft", library=built).err


def test_without_a_library(draft: Callable[..., str], run: Run, tmp_path: Path) -> None:
    done = run("check", draft(RIGHT), library=tmp_path / "none")
    assert done.code == 1
    assert "is empty. Add papers with" in done.err
    assert not (tmp_path / "none").exists()


def test_a_draft_cannot_command_the_terminal(draft: Callable[..., str], run: Run, built: Path) -> None:
    done = run("check", draft(f"\x1b[31m{RIGHT} \x1b]0;title\x07", "Foo is great [@\u202ekey]."), library=built)
    assert "\x1b" not in done.out
    assert "\u202e" not in done.out


def test_on_a_terminal(draft: Callable[..., str], on_terminal: Callable[..., Done], built: Path) -> None:
    done = on_terminal("check", draft(RIGHT), library=built, columns=60)
    assert all(len(line) <= 60 + 30 for line in done.out.splitlines())  # with colours
    assert "line 1" in done.out


@pytest.fixture
def judge(draft: Callable[..., str], run: Run, built: Path) -> Callable[..., Done]:
    """Check a draft with a judge that decides so on every claim."""

    def check(choice: Choice, *options: str, fails: bool = False) -> Done:
        with fake_openai_server(judge_chat(always(choice))) as server:
            if fails:
                server.fail(faults.unauthorised(), endpoint="all")
            model = ("--model", "fake-chat", "--base-url", server.base_url)
            return run("check", draft(RIGHT), *(options or ("--judge",)), *model, library=built)

    return check


def test_a_judge_confirms_and_is_named(judge: Callable[..., Done]) -> None:
    done = judge("says")
    assert done.code == 0
    assert "✓ line 1: its source says so, by fake-chat" in done.out
    assert "The second stage took " in done.err


def test_a_judge_that_finds_otherwise_ends_with_1(judge: Callable[..., Done]) -> None:
    done = judge("opposes")
    assert done.code == 1
    assert "✗ line 1: its source says otherwise" in done.out
    assert "by fake-chat" in done.out


def test_a_judge_is_named_by_its_own_option_too(judge: Callable[..., Done]) -> None:
    assert "its source says so, by another" in judge("says", "--judge-model", "another").out
    assert "≈ line 1: worded as in its source" in judge("says", "--judge-model", "another", "--no-judge").out


def test_a_judge_that_fails_raises_no_sign_and_ends_with_1(judge: Callable[..., Done]) -> None:
    done = judge("says", fails=True)
    assert done.code == 1
    assert "≈ line 1: worded as in its source" in done.out
    assert "Fake-chat gave no answer on 1 of 1 claims: " in done.err
    said: list[dict[str, Any]] = json.loads(judge("says", "--judge", "--json", fails=True).out)
    assert said[0]["notes"]
    assert said[0]["claim"]["decision"] == {"stage": "rules", "by": "", "probability": None, "asked": True}


def test_a_judge_needs_a_model(draft: Callable[..., str], run: Run, built: Path) -> None:
    done = run("check", draft(RIGHT), "--judge", library=built)
    assert (done.code, done.out) == (2, "")
    assert "There is no model" in done.err
