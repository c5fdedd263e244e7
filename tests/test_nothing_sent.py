"""Nothing leaves the machine unasked: no name is looked up, no vendor's file is written, no trace is sent.

The commands run as processes of their own, in a home folder that is empty before; what native code in them asks the
network for is refused and recorded by ``refused_network.c``.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from assistant.testing import FakeOpenAIServer, fake_openai_server
from tests.assistant.answer.asking import claims
from tests.tui.terminal import Terminal

ROOT = Path(__file__).resolve().parents[1]
LISTING = ROOT / "assistant" / "data" / "namkoong_listing.txt"
QUESTION = "How is the crash probability of vehicles estimated?"
SAID = "Crash probabilities are estimated by simulation."

# Of a home folder: ours, and matplotlib's list of the fonts of this machine, which it makes for itself alone.
OURS = (".local/share/conspectus/", ".config/conspectus/", ".cache/conspectus/", ".cache/matplotlib/fontlist-")

# Traces are sent from a thread, which ends with the program; here they are waited for.
TRACED = """
import sys
from langchain_core.tracers.langchain import wait_for_all_tracers
from assistant.cli.main import main

code = main()
wait_for_all_tracers()
sys.exit(code)
"""
IN_OTHER_CHAINS = """
import sys
from langchain_core.tracers.langchain import wait_for_all_tracers
from assistant.client import Assistant
from assistant.answer.pipeline_factory import build_pipeline
from assistant.answer.langchain import Retriever
from assistant.answer.langchain import runnable
from assistant.settings import ModelSettings, Settings

library, url, question = sys.argv[1:]
settings = Settings(chat=ModelSettings(model="m", base_url=url), cache=False)
with Assistant.open(library) as opened:
    Retriever(library=opened.library).invoke(question)
    chain = runnable(build_pipeline(opened.library, settings))
    print(chain.invoke(question).text)
    print(*(answer.text for answer in chain.batch([question])))
    print(*(answer.text for answer in chain.stream(question)))
wait_for_all_tracers()
"""
# langchain's own model is traced: what the test listens to is what it listens for.
WITHOUT_US = """
import sys
from langchain_core.tracers.langchain import wait_for_all_tracers
from langchain_openai import ChatOpenAI

print(ChatOpenAI(model="m", base_url=sys.argv[1], api_key="none").invoke("Why?").content)
wait_for_all_tracers()
"""


def environment(home: Path) -> dict[str, str]:
    """An environment with nothing of the user's."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "HOME": str(home),
        "TERM": "xterm-256color",
        "LANG": "C.UTF-8",
    }


def run(env: Mapping[str, str], *args: str, code: str = "") -> str:
    """What ``conspectus``, or a piece of Python, writes; it has to succeed."""
    command = [sys.executable, *(["-c", code] if code else ["-m", "assistant"]), *args]
    done = subprocess.run(command, env=dict(env), capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stderr
    return done.stdout


def of(server: FakeOpenAIServer) -> tuple[str, str]:
    """Arguments that name the model of a server."""
    return "--model=m", f"--base-url={server.base_url}"


@pytest.fixture(scope="module")
def refusing(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Variables with which a program's network is refused and recorded; none where that cannot be compiled."""
    compiler = shutil.which("cc")
    if not sys.platform.startswith("linux") or not compiler:
        return {}
    folder = tmp_path_factory.mktemp("network")
    library = folder / "refused_network.so"
    source = Path(__file__).with_name("refused_network.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-o", str(library), str(source), "-ldl"], check=True)
    return {"LD_PRELOAD": str(library), "REFUSED_NETWORK": str(folder / "refused")}


@pytest.fixture(scope="module")
def home(refusing: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder in which papers were added, asked about, talked about and reported on."""
    home = tmp_path_factory.mktemp("home")
    env = environment(home) | refusing
    run(env, "add", str(LISTING))
    assert "[1]" in run(env, "ask", QUESTION)
    run(env, "report", "themes", "--output", str(tmp_path_factory.mktemp("report") / "themes.html"))
    with Terminal([sys.executable, "-m", "assistant", "chat"], env) as terminal:
        terminal.shows("45 papers")
        terminal.type(QUESTION, "enter")
        terminal.shows("1 cited")
        terminal.type("ctrl+q")
        assert terminal.ends() == 0
    return home


@pytest.fixture
def server() -> Iterator[FakeOpenAIServer]:
    """A model that says one sentence."""
    with fake_openai_server(lambda messages: claims(SAID), models=["m"]) as running:
        yield running


@pytest.fixture
def langsmith() -> Iterator[FakeOpenAIServer]:
    """A server where LangSmith would be; it only counts who comes."""
    with fake_openai_server() as running:
        yield running


@pytest.fixture
def traced(tmp_path: Path, langsmith: FakeOpenAIServer) -> dict[str, str]:
    """The environment of somebody whose other programs are traced."""
    address = langsmith.base_url.removesuffix("/v1")
    switches = dict.fromkeys(("LANGCHAIN_TRACING_V2", "LANGSMITH_TRACING", "LANGSMITH_TRACING_V2"), "true")
    account = {"LANGSMITH_API_KEY": "x", "LANGSMITH_ENDPOINT": address, "LANGCHAIN_ENDPOINT": address}
    return environment(tmp_path) | switches | account


def test_no_name_is_looked_up(home: Path, refusing: dict[str, str]) -> None:
    if not refusing:
        pytest.skip("recording what native code looks up needs Linux and a C compiler (cc)")
    refused = Path(refusing["REFUSED_NETWORK"])
    assert not refused.exists(), refused.read_text()


def test_whoever_looks_a_name_up_is_recorded(refusing: dict[str, str], tmp_path: Path) -> None:
    if not refusing:
        pytest.skip("recording what native code looks up needs Linux and a C compiler (cc)")
    refused = tmp_path / "refused"
    code = """
import contextlib, socket
for reach in (
    lambda: socket.getaddrinfo("papers.invalid", 443),
    lambda: socket.create_connection(("192.0.2.1", 443)),
    lambda: socket.socket(type=socket.SOCK_DGRAM).sendto(b"?", ("192.0.2.2", 53)),
):
    with contextlib.suppress(OSError):
        reach()
"""
    run(environment(tmp_path) | refusing | {"REFUSED_NETWORK": str(refused)}, code=code)
    assert refused.read_text().splitlines() == ["lookup papers.invalid", "lookup 192.0.2.1", "connect 192.0.2.2"]


def test_no_file_of_others_is_left_at_home(home: Path) -> None:
    files = [path.relative_to(home).as_posix() for path in home.rglob("*") if not path.is_dir()]
    assert any(file.startswith(".local/share/conspectus/") for file in files)
    assert [file for file in files if not file.startswith(OURS)] == []


def test_onnxruntime_finds_its_variable_whoever_imports_it() -> None:
    code = "import os, sys, {}; print(os.environ['ORT_DISABLE_TELEMETRY'], 'onnxruntime' in sys.modules)"
    for module in ("assistant", "assistant.testing", "store.chroma", "store.embedding.minilm", "tui.app"):
        env = environment(Path()) | {"ORT_DISABLE_TELEMETRY": "0"}
        assert run(env, code=code.format(module)) == "1 False\n", module


class TestTracing:
    def test_questions_are_not_traced(
        self, built: Path, traced: dict[str, str], server: FakeOpenAIServer, langsmith: FakeOpenAIServer
    ) -> None:
        model = (*of(server), "--no-cache", f"--library={built}")
        assert SAID in run(traced, "ask", *model, QUESTION, code=TRACED)
        assert "answered" in run(traced, "doctor", "--models", *of(server), f"--library={built}", code=TRACED)
        assert server.requests
        assert langsmith.connections == 0

    def test_retriever_and_runnable_are_not_traced(
        self, built: Path, traced: dict[str, str], server: FakeOpenAIServer, langsmith: FakeOpenAIServer
    ) -> None:
        written = run(traced, str(built), server.base_url, QUESTION, code=IN_OTHER_CHAINS)
        assert written.count(SAID) == 3
        assert langsmith.connections == 0

    def test_chains_of_others_are(
        self, traced: dict[str, str], server: FakeOpenAIServer, langsmith: FakeOpenAIServer
    ) -> None:
        assert SAID in run(traced, server.base_url, code=WITHOUT_US)
        assert langsmith.connections > 0

    @pytest.mark.parametrize("name", ["LANGCHAIN_TRACING", "LANGCHAIN_HANDLER"])
    def test_the_oldest_variables_break_nothing(
        self, built: Path, tmp_path: Path, server: FakeOpenAIServer, name: str
    ) -> None:
        env = environment(tmp_path) | {name: "true"}
        model = (*of(server), "--no-cache", f"--library={built}")
        assert SAID in run(env, "ask", *model, QUESTION)
