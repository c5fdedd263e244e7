"""A model through the whole command line: from flags, file and environment to what is printed, and what goes wrong."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assistant.secrets import HIDDEN
from assistant.testing import FakeOpenAIServer, faults
from tests.assistant.answer.asking import SECRET, claims
from tests.assistant.cli.running import QUESTION, RIGHT, Done, Run

WRONG = "The ViT-G model soup attains 99.94% top-1 accuracy on ImageNet."
SCRIPTED = {"right": claims(RIGHT), "doubtful": claims(RIGHT, WRONG)}


def test_a_model_answers_with_what_the_check_found(
    run: Run, built: Path, server: FakeOpenAIServer, flags: list[str]
) -> None:
    server.reply(claims(RIGHT, WRONG), claims(WRONG))
    done = run("ask", QUESTION, *flags, library=built)
    assert (done.code, done.err) == (0, "")
    assert f"{RIGHT} [1]" in done.out
    assert f"{WRONG} [1] (✗ its source says otherwise)" in done.out
    assert (
        f"✗ its source says otherwise: {WRONG} [1]\n    The number 99.94% is not in the source, which has 90.94%.\n"
        in done.out
    )
    assert "[1]  Model soups" in done.out
    assert "Written by m, " in done.out


def test_what_the_model_withdrew_is_noted(run: Run, built: Path, server: FakeOpenAIServer, flags: list[str]) -> None:
    server.reply(claims(RIGHT, WRONG), claims(RIGHT))
    done = run("ask", QUESTION, *flags, library=built)
    assert "99.94" not in done.out
    assert "Note: 1 of its sentences were in doubt, not found or contradicted and were withdrawn." in done.out


def test_a_key_that_the_model_writes_back_is_neither_shown_nor_kept(
    run: Run, sample: Path, server: FakeOpenAIServer, flags: list[str]
) -> None:
    keep = [flag for flag in flags if flag != "--no-cache"]
    server.default = lambda messages: claims(RIGHT, f"I was asked with {SECRET} and {SECRET[:-4]}.")
    done = run("ask", QUESTION, *keep, "--session", "new", "--json", library=sample)
    assert done.code == 0
    assert HIDDEN in done.out
    assert SECRET[:12] not in done.out + done.err
    assert run("report", "question", QUESTION, *keep, "-o", str(sample / "report.md"), library=sample).code == 0
    kept = [path for path in sample.rglob("*") if path.is_file() and SECRET[:12].encode() in path.read_bytes()]
    assert kept == []


def test_strict_leaves_it_out_and_can_be_set_and_taken_back(
    run: Run, built: Path, server: FakeOpenAIServer, flags: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    server.default = lambda messages: claims(RIGHT, WRONG)
    assert "99.94" not in run("ask", QUESTION, *flags, "--strict", library=built).out
    monkeypatch.setenv("CONSPECTUS_STRICT", "true")
    assert "99.94" not in run("ask", QUESTION, *flags, library=built).out
    assert "99.94" in run("ask", QUESTION, *flags, "--no-strict", library=built).out


def test_the_same_question_is_free_unless_nothing_may_be_kept(
    run: Run, sample: Path, server: FakeOpenAIServer, flags: list[str]
) -> None:
    keep = [flag for flag in flags if flag != "--no-cache"]
    run("ask", QUESTION, *keep, library=sample)
    again = run("ask", QUESTION, *keep, library=sample)
    assert again.out.endswith("Written by m, from the cache; 1 sentence: 1 worded alike (≈).\n")
    assert len(server.requests) == 1
    assert "from the cache" not in run("ask", QUESTION, *flags, library=sample).out
    assert len(server.requests) == 2


def test_file_environment_and_flags_are_as_good_as_each_other(
    run: Run, built: Path, server: FakeOpenAIServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(
        f'library = "{built}"\ncache = false\n'
        f'[chat]\nmodel = "m"\nbase_url = "{server.base_url}"\napi_key_env = "MY_KEY"\n'
    )
    by_flag = run("ask", QUESTION, "--config", str(file), "--json")
    assert (by_flag.code, by_flag.json["mode"]) == (0, "m")
    monkeypatch.setenv("CONSPECTUS_CONFIG", str(file))
    assert run("ask", QUESTION, "--json").json["mode"] == "m"
    assert run("papers", "--json").json[0]["id"]
    monkeypatch.delenv("CONSPECTUS_CONFIG")
    for name, value in {"MODEL": "m", "BASE_URL": server.base_url, "API_KEY_ENV": "MY_KEY", "CACHE": "no"}.items():
        monkeypatch.setenv(f"CONSPECTUS_{name}", value)
    assert run("ask", QUESTION, "--json", library=built).json["mode"] == "m"
    assert run("ask", QUESTION, "--model", "n", library=built).code == 1


def test_the_number_of_papers_is_a_setting(run: Run, built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONSPECTUS_K", "3")
    assert len(run("search", "fairness", "--json", library=built).json) == 3
    assert len(run("search", "fairness", "-k", "2", "--json", library=built).json) == 2


def test_commands_that_ask_no_model_need_no_key(run: Run, built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONSPECTUS_MODEL", "openai:gpt-4o")
    for command in (["papers"], ["search", "fairness"], ["sessions"], ["doctor"]):
        assert run(*command, library=built).code == 0


def test_the_embedder_is_a_setting_too(run: Run, sample: Path, server: FakeOpenAIServer, tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(f'[embedding]\nmodel = "m"\nbase_url = "{server.base_url}"\napi_key_env = "MY_KEY"\n')
    another = run("search", "fairness", "--config", str(file), library=sample)
    assert another.code == 1
    assert "re-embed" in another.err
    assert run("doctor", "--re-embed", "--config", str(file), library=sample).code == 0
    assert run("search", "fairness", "--config", str(file), library=sample).code == 0
    assert run("search", "fairness", library=sample).code == 1


def test_prompts_of_ones_own_are_used_and_looked_at_first(
    run: Run, built: Path, server: FakeOpenAIServer, flags: list[str], tmp_path: Path
) -> None:
    (tmp_path / "answer.md").write_text("Mine. {evidence} {question} {form}")
    assert run("ask", QUESTION, *flags, "--prompts", str(tmp_path), library=built).code == 0
    assert server.requests[-1].body["messages"][-1]["content"].startswith("Mine. ")
    (tmp_path / "answer.md").write_text("Mine. {evidence}")
    assert run("ask", QUESTION, *flags, "--prompts", str(tmp_path), library=built).code == 2


@pytest.mark.parametrize("reply", sorted(SCRIPTED))
def test_a_terminal_shows_how_far_it_is_and_no_draft(
    reply: str,
    on_terminal: Callable[..., Done],
    built: Path,
    server: FakeOpenAIServer,
    flags: list[str],
) -> None:
    server.fail(faults.slow_first_token(0.4), nth=1)
    server.reply(SCRIPTED[reply], claims(RIGHT))
    done = on_terminal("ask", QUESTION, *flags, library=built)
    assert done.code == 0
    assert "reading 2 papers" in done.err
    assert "90.94" not in done.err
    assert "99.94" not in done.err + done.out
    assert "90.94%" in done.out


def test_the_models_are_asked_and_each_check_told(
    run: Run, server: FakeOpenAIServer, flags: list[str], tmp_path: Path
) -> None:
    done = run("doctor", "--models", *flags[:-1], library=tmp_path / "none")
    assert done.code == 0
    assert f"✓ chat reachable: {server.base_url} answered" in done.out
    assert "✓ report: the same as chat" in done.out
    assert done.err.startswith(f"Asking m at {server.base_url};")
    assert not (tmp_path / "none").exists()


def test_a_model_that_fails_ends_with_1(run: Run, server: FakeOpenAIServer, flags: list[str]) -> None:
    server.fail(faults.unauthorised())
    done = run("doctor", "--models", "--json", *flags[:-1])
    assert done.code == 1
    assert [check["name"] for check in done.json if not check["ok"]] == ["chat key"]


def test_without_a_model_it_says_how_to_set_one(run: Run) -> None:
    done = run("doctor", "--models")
    assert done.code == 0
    assert "No model is set" in done.err
    assert all(word in done.err for word in ("--model openai:", "--base-url", "CONSPECTUS_MODEL", "[chat]"))
    assert run("doctor", "--models", "--repair").code == 2


def test_the_model_is_scored_with_what_it_took(
    run: Run, built: Path, server: FakeOpenAIServer, flags: list[str], tmp_path: Path
) -> None:
    file = tmp_path / "questions.jsonl"
    asked: dict[str, Any] = {"id": "a", "type": "fact", "question": QUESTION, "answer_any": ["90.94"]}
    later = {**asked, "id": "b", "question": "What accuracy does it reach?", "history": [QUESTION]}
    file.write_text(f"{json.dumps(asked)}\n{json.dumps(later)}\n")
    server.default = lambda messages: QUESTION if "earlier" in messages[-1]["content"].lower()[:400] else claims(RIGHT)
    done = run("eval", str(file), *flags, "--json", library=built)
    assert (done.code, done.json["failed"], done.json["model"]) == (0, 0, "m")
    assert done.json["model_usage"]["input_tokens"] > 1000
    assert "Answered with m: " in run("eval", str(file), *flags, library=built).out
    assert run("sessions", "--json", library=built).json == []
    server.fail(faults.unauthorised())
    assert run("eval", str(file), *flags, library=built).code == 1


def test_the_demonstration_can_use_it(
    run: Run, server: FakeOpenAIServer, flags: list[str], tmp_path: Path, hashed: None
) -> None:
    done = run("demo", *flags, "--json", library=tmp_path / "library")
    assert done.code == 0
    assert {answer["mode"] for answer in done.json["answers"]} >= {"m"}
