"""Every command, without a model and with one on this machine, reaches nothing but what the settings name.

Each runs as a process of its own, in a folder whose file ``.env`` and in an environment whose variables tell the
packages below to send, to trace and to import something else.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.cli.table import COMMANDS
from assistant.testing import FakeOpenAIServer, fake_openai_server
from tests.assistant.answer.asking import claims
from tests.test_nothing_sent import LISTING, QUESTION, SAID, environment, refusing
from tests.tui.terminal import Terminal

__all__ = ["refusing"]

PAPER = "cai2024c"
DRAFT = "Crash probabilities of vehicles are estimated by simulation.\n"
FOREIGN = {
    "ANONYMIZED_TELEMETRY": "True",
    "CHROMA_API_IMPL": "foreign.Client",
    "CHROMA_OTEL_COLLECTION_ENDPOINT": "http://telemetry.invalid:4317",
    "CHROMA_OTEL_GRANULARITY": "all",
    "CHROMA_SERVER_HOST": "chroma.invalid",
    "CHROMA_SERVER_NOFILE": "many",
    "CHROMA_SYSDB_IMPL": "foreign.Database",
    "IS_PERSISTENT": "perhaps",
    "LANGCHAIN_API_KEY": "x",
    "LANGCHAIN_ENDPOINT": "http://traces.invalid",
    "LANGCHAIN_TRACING_V2": "true",
    "LANGSMITH_API_KEY": "x",
    "LANGSMITH_TRACING": "true",
    "MIGRATIONS": "none",
    "ORT_DISABLE_TELEMETRY": "0",
    "OTEL_EXPORTER_OTLP_ENDPOINT": "http://telemetry.invalid:4318",
    "PERSIST_DIRECTORY": "elsewhere",
}
# What each command is given; in this order, for some change what others find. The library has 45 papers.
RUNS = {
    "demo": (),
    "add": (str(LISTING),),
    "fetch": ("arxiv:2203.05482",),
    "embed": (),
    "enrich": ("--source", "nowhere.bib"),
    "ask": (QUESTION,),
    "mcp": (),
    "skill": (),
    "search": ("rare-event simulation",),
    "where": (SAID,),
    "check": ("draft.md",),
    "report": ("themes", "-o", "themes.html"),
    "batch": ("batch.toml",),
    "papers": (),
    "overview": (),
    "show": (PAPER,),
    "duplicates": (),
    "merge": (PAPER, "ma2025sensitivity"),
    "split": (PAPER,),
    "export": ("-o", "library.bib"),
    "remove": ("--yes", PAPER),
    "undo": (),
    "watch": ("add", "exports"),
    "update": ("--no-retractions",),
    "zotero": ("sync", "--from", "web"),
    "backup": ("backup.zip",),
    "restore": ("backup.zip", "--replace"),
    "sessions": (),
    "doctor": (),
    "eval": ("questions.jsonl",),
}
# Of those, the ones that a model is asked in, and what tells them so.
ASKING = ("ask", "report", "batch", "eval", "doctor", "check")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The current folder: files for the commands, and a file ``.env`` and a module of somebody else."""
    folder = tmp_path_factory.mktemp("folder")
    (folder / ".env").write_text("".join(f"{name}={value}\n" for name, value in FOREIGN.items()))
    (folder / "foreign.py").write_text("from pathlib import Path\nPath(__file__).with_name('imported').touch()\n")
    (folder / "draft.md").write_text(DRAFT)
    (folder / "exports").mkdir()
    (folder / "batch.toml").write_text(f'output = "made"\n[[item]]\nname = "one"\nquestion = "{QUESTION}"\n')
    (folder / "questions.jsonl").write_text(json.dumps({"id": "1", "type": "fact", "question": QUESTION}) + "\n")
    return folder


class Runner:
    """Runs commands in the folder, and tells what was refused meanwhile."""

    def __init__(self, folder: Path, home: Path, refusing: dict[str, str]) -> None:
        self.folder = folder
        self.refused = home / "refused"
        self.env = environment(home) | FOREIGN | refusing | {"REFUSED_NETWORK": str(self.refused)}

    def run(self, name: str, *args: str, ports: tuple[int, ...] = ()) -> subprocess.CompletedProcess[str]:
        """Run a command, in which only these ports may be reached."""
        env = self.allow(*ports)
        command = [sys.executable, "-m", "assistant", name, *args]
        return subprocess.run(
            command, cwd=self.folder, env=env, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
        )

    def allow(self, *ports: int) -> dict[str, str]:
        """The environment in which only these ports may be reached."""
        return self.env | {"REFUSED_NETWORK_PORTS": f",{','.join(map(str, ports))},"}

    def read_refused(self) -> str:
        """What was refused so far."""
        return self.refused.read_text() if self.refused.exists() else ""


@pytest.fixture(scope="module")
def runner(folder: Path, refusing: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Runner:
    """The runner of all tests here, with a home of its own."""
    if not refusing:
        pytest.skip("recording what native code looks up needs Linux and a C compiler (cc)")
    runner = Runner(folder, tmp_path_factory.mktemp("home"), refusing)
    assert runner.run("add", str(LISTING)).returncode == 0  # So that one test can be run alone.
    return runner


@pytest.fixture(scope="module")
def server() -> Iterator[FakeOpenAIServer]:
    """A model that says one sentence, and the address of all providers and Zotero: it knows none of what is asked."""
    with fake_openai_server(lambda messages: claims(SAID), models=["m"]) as running:
        yield running


def name_providers(server: FakeOpenAIServer) -> dict[str, str]:
    """Settings by which every provider is at the server."""
    names = ("ARXIV", "OPENALEX", "CROSSREF", "S2", "PUBMED")
    providers = {f"CONSPECTUS_PROVIDERS_{name}_URL": server.base_url for name in names}
    return providers | {"CONSPECTUS_ZOTERO_WEB_URL": server.base_url}


def test_every_command_has_its_row() -> None:
    assert {*RUNS, "chat"} >= {command.name for command in COMMANDS}, "say in RUNS what the new command is given"


@pytest.mark.parametrize("name", RUNS)
def test_nothing_is_reached_without_a_model(name: str, runner: Runner, server: FakeOpenAIServer) -> None:
    port = int(server.base_url.split(":")[2].split("/")[0])
    provided = name in ("fetch", "enrich", "zotero")
    runner.env |= name_providers(server)
    done = runner.run(name, *RUNS[name], ports=(port,) if provided else ())
    assert "Unexpected" not in done.stderr
    assert done.returncode == 0 or name in ("fetch", "enrich", "zotero", "eval", "check"), done.stderr
    assert runner.read_refused() == ""
    assert not (runner.folder / "imported").exists()


@pytest.mark.parametrize("name", ASKING)
def test_nothing_but_the_model_is_reached(name: str, runner: Runner, server: FakeOpenAIServer) -> None:
    port = int(server.base_url.split(":")[2].split("/")[0])
    more = {"doctor": ("--models",), "check": ("--judge",)}.get(name, ("--no-cache",))
    before = len(server.requests)
    if name == "batch":
        shutil.rmtree(runner.folder / "made", ignore_errors=True)
    done = runner.run(name, *RUNS[name], *more, "--model=m", f"--base-url={server.base_url}", ports=(port,))
    assert "Unexpected" not in done.stderr
    assert len(server.requests) > before, done.stderr
    assert runner.read_refused() == ""
    assert not (runner.folder / "imported").exists()


def test_the_chat_reaches_nothing(runner: Runner, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    with Terminal([sys.executable, "-m", "assistant", "chat"], runner.allow()) as terminal:
        terminal.shows("papers")
        terminal.type(QUESTION, "enter")
        terminal.shows("1 cited")
        terminal.type("ctrl+q")
        assert terminal.ends() == 0
    assert runner.read_refused() == ""
    assert not (folder / "imported").exists()


def test_a_port_that_nobody_named_is_refused(runner: Runner, server: FakeOpenAIServer, tmp_path: Path) -> None:
    env = runner.allow() | {"REFUSED_NETWORK": str(tmp_path / "refused")}
    code = f"import urllib.request; urllib.request.urlopen({server.base_url + '/models'!r})"
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, check=False)
    assert done.returncode == 1
    port = server.base_url.split(":")[2].split("/")[0]
    assert (tmp_path / "refused").read_text() == f"connect 127.0.0.1:{port}\n"
