"""What goes wrong with a model, or with how it is set, through the whole command line."""

import json
from pathlib import Path

import pytest

from assistant.testing import FakeOpenAIServer, Gate, faults
from assistant.testing.faults import FAULTS
from assistant.testing.server.script import Fault
from tests.assistant.answer.asking import SECRET
from tests.assistant.cli.running import QUESTION, Run


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (
            faults.unauthorised(echo_key=True),
            "does not accept the API key in MY_KEY (401: Incorrect API key provided: ",
        ),
        (faults.no_such_model(), "has no model 'm', or not for this key (404: The model `m` does not exist"),
        (faults.stall(), "fell silent in the middle of its answer"),
        (faults.slow_first_token(Gate(limit=None)), "did not begin its answer in time"),
        (faults.rate_limited(60), "It asks to wait for 60 s"),
    ],
)
def test_what_goes_wrong_is_one_line_or_excerpts_if_they_were_asked_for(
    fault: Fault,
    said: str,
    run: Run,
    built: Path,
    server: FakeOpenAIServer,
    flags: list[str],
    request: pytest.FixtureRequest,
) -> None:
    if said.startswith(("fell silent", "did not begin")):
        request.getfixturevalue("impatient")
    server.fail(fault)
    done = run("ask", QUESTION, *flags, library=built)
    assert (done.code, done.out) == (1, "")
    assert said in done.err
    assert done.err.count("\n") == 1
    told = json.loads(run("ask", QUESTION, *flags, "--json", library=built).err)["error"]
    assert told["type"].startswith("Model")
    instead = run("ask", QUESTION, *flags, "--fallback", library=built)
    assert (instead.code, instead.err) == (0, "")
    assert "90.94%" in instead.out
    assert "Excerpts are quoted instead." in instead.out
    assert "Quoted excerpts, no model" in instead.out


@pytest.mark.parametrize(
    ("given", "code", "said"),
    [
        (["--model", "gpt-4o"], 2, "Say openai:gpt-4o"),
        (["--model", "openai:gpt-4o"], 2, "OPENAI_API_KEY is not set"),
        (["--model", "m", "--base-url", "http://127.0.0.1:9/v1"], 1, "nothing listens there"),
        (["--model", "m", "--base-url", "{server}/no", "--api-key-env", "MY_KEY"], 1, "it mostly ends in /v1"),
        (["--model", "m", "--base-url", "{server}"], 1, "asks for an API key (401: Incorrect API key"),
        (["--model", "m", "--base-url", "localhost:9"], 2, "--base-url is not allowed: it begins with neither http://"),
        (["--model", "m", "--base-url", "http://h/v1?a=b"], 2, "--base-url is not allowed. Allowed: an address"),
        (["--base-url", "{server}"], 2, "--base-url names a server, and none of its models is set"),
        (
            ["--model", "m", "--base-url", "{server}/chat/completions", "--api-key-env", "MY_KEY"],
            1,
            "Leave /chat/completions out of the base_url",
        ),
        (["--model", "m", "--base-url", "{server}", "--api-key-env", SECRET], 2, "not the key"),
        (["--model", "m", "--base-url", "{server}", "--api-key-env", "NONE_SET"], 2, "NONE_SET is not set"),
        (["--prompts", "nowhere", "--model", "m", "--base-url", "{server}"], 2, "no folder of prompts at nowhere"),
        (["--config", "nowhere.toml"], 2, "nowhere.toml cannot be read"),
    ],
)
def test_what_is_set_wrongly_says_what_to_do(
    given: list[str], code: int, said: str, run: Run, built: Path, server: FakeOpenAIServer
) -> None:
    words = [word.replace("{server}", server.base_url) for word in given]
    done = run("ask", QUESTION, *words, library=built)
    assert (done.code, done.out) == (code, "")
    assert said in done.err
    assert SECRET not in done.err


@pytest.mark.parametrize("command", [["papers"], ["ask", "Why?"], ["doctor", "--models"]])
@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("k 1", "is not TOML"),
        ("[chat]\nmodle = 'x'", "modle"),
        (f"[chat]\napi_key = '{SECRET}'", "looks like an API key"),
        ("library = '~no-such-user-here/x'", "is not allowed"),
    ],
)
def test_a_bad_file_is_named_by_every_command(
    command: list[str], content: str, said: str, run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "bad.toml"
    file.write_text(content)
    done = run(*command, "--config", str(file))
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert str(file) in done.err
    assert SECRET not in done.err


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("name", sorted(FAULTS))
def test_the_key_is_never_shown(name: str, run: Run, sample: Path, server: FakeOpenAIServer, flags: list[str]) -> None:
    server.fail(faults.unauthorised(echo_key=True) if name == "unauthorised" else FAULTS[name]())
    runs = [
        run("ask", QUESTION, *flags, library=sample),
        run("ask", QUESTION, *flags, "--json", "--fallback", "--session", "new", library=sample),
        run("doctor", "--models", "--json", *flags[:-1]),
    ]
    assert not [done for done in runs if SECRET in done.out + done.err]
    assert not [path for path in sample.rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()]


def test_a_failed_question_stays_in_its_session(
    run: Run, sample: Path, server: FakeOpenAIServer, flags: list[str]
) -> None:
    session = run("sessions", "new", library=sample).out.strip()
    server.fail(faults.server_error(), nth=1)
    assert run("ask", QUESTION, *flags, "--session", session, library=sample).code == 1
    assert run("ask", QUESTION, *flags, "--session", session, library=sample).code == 0
    turns = run("sessions", "show", session, "--json", library=sample).json["turns"]
    assert [bool(turn["answer"]) for turn in turns] == [False, True]
