"""The command as a process: pipes that close, Ctrl-C, a real terminal, a full disk."""

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.assistant.cli.running import QUESTION, environment, process

STOPPED_IN_A_BATCH = """
import signal, sys
from assistant.cli.main import main
from assistant.testing import HashEmbedder
from store.embedding.minilm import MiniLM

batches = []

def embed(self, texts):
    if "Paper" in texts[0] and "Widget" in texts[0]:  # whole papers; the classifier of orders embeds sentences
        batches.append(texts)
    if len(batches) == BATCH:
        signal.raise_signal(signal.SIGINT)
    return HashEmbedder(384).embed(texts)

MiniLM.embed = embed
sys.exit(main())
"""


MODULES_AND_MODELS = """
import sys
import onnxruntime
from assistant.cli.main import main

loaded, load = [], onnxruntime.InferenceSession

def count(*args, **options):
    loaded.append(1)
    return load(*args, **options)

onnxruntime.InferenceSession = count
main()
print(len(loaded), *sys.modules)
"""


def on_pty(*args: str, **more: str) -> tuple[int, str]:
    """Exit code and everything that a terminal of 100 columns gets."""
    ours, theirs = pty.openpty()
    env = environment(COLUMNS="100", TERM="xterm-256color", **more)
    with process(*args, stdout=theirs, stderr=theirs, env=env) as running:
        os.close(theirs)
        written = b""
        while piece := _read(ours):
            written += piece
        os.close(ours)
        return running.wait(), written.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # How Linux says that the other side has gone.
        return b""


def test_whoever_stops_reading_is_not_complained_to(built: Path) -> None:
    with process("papers", "--json", "--library", str(built)) as running:
        assert running.stdout
        assert running.stderr
        running.stdout.close()
        assert running.stderr.read() == b""
        assert running.wait() == 141


@pytest.mark.parametrize(("batch", "pending"), [(1, 200), (2, 72)])
def test_ctrl_c_says_what_was_stored_and_keeps_it(tmp_path: Path, batch: int, pending: int) -> None:
    file, library = tmp_path / "many.jsonl", str(tmp_path / "library")
    records = ({"id": f"p{n}", "title": f"Paper {n}", "abstract": f"Widget {n}."} for n in range(200))
    file.write_text("".join(f"{json.dumps(record)}\n" for record in records), encoding="utf-8")
    with process("add", str(file), "--library", library, code=f"BATCH = {batch}\n{STOPPED_IN_A_BATCH}") as running:
        out, err = running.communicate()
    assert (running.returncode, out) == (130, b"")
    said = (
        r": (\d+) added, .* The same command goes on from there\.\n"
        rf"Words alone find {pending} papers as yet\. Run: conspectus embed\nStopped\.\n$"
    )
    stored = re.search(said, err.decode())
    assert stored
    assert int(stored[1]) == 200
    with process("papers", "--library", library) as running:
        out, _ = running.communicate()
    assert len(out.splitlines()) >= int(stored[1])


def test_a_terminal_is_in_colour_unless_none_is_wanted(built: Path) -> None:
    arguments = ("papers", "--year", "2018", "--library", str(built))
    assert "\x1b[" in on_pty(*arguments)[1]
    assert "\x1b" not in on_pty(*arguments, NO_COLOR="1")[1]


def test_a_full_disk_behind_the_output_is_one_line(built: Path) -> None:
    with open("/dev/full", "wb") as full, process("papers", "--library", str(built), stdout=full) as running:
        _, err = running.communicate()
    assert running.returncode == 1
    assert err.decode().splitlines()[-1].startswith("conspectus: No space left on device")


def test_without_a_model_nothing_of_one_is_loaded_and_the_embedder_once(built: Path) -> None:
    """The classifier of orders to the reader embeds, too."""
    words = ["ask", QUESTION, "--library", str(built), "--json"]
    code = [sys.executable, "-c", MODULES_AND_MODELS, *words]
    done = subprocess.run(code, capture_output=True, text=True, env=environment(), check=True)
    sessions, *modules = done.stdout.splitlines()[-1].split()
    assert sessions == "1"
    unwanted = ("assistant.answer.generative", "assistant.llm", "langchain", "openai", "chromadb", "prompts")
    assert [name for name in modules if name.startswith(unwanted)] == []


def closed(*args: str, streams: str) -> subprocess.CompletedProcess[str]:
    """``conspectus`` started by a shell that has closed streams."""
    command = ["sh", "-c", f'exec "$@" {streams}', "sh", sys.executable, "-m", "assistant", *args]
    return subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)


def test_a_closed_output_is_an_error_where_something_belongs_there(sample: Path, tmp_path: Path) -> None:
    done = closed("papers", "--library", str(sample), streams=">&-")
    assert done.returncode == 1
    assert "Standard output is closed, and what belongs there was not written." in done.stderr
    assert closed("--version", streams=">&-").returncode == 1
    file = tmp_path / "library.bib"
    assert closed("export", "-o", str(file), "--library", str(sample), streams=">&-").returncode == 0
    assert file.read_text().count("@") >= 45


def test_with_every_stream_closed_no_file_becomes_one(sample: Path) -> None:
    done = closed("papers", "--library", str(sample), streams="<&- >&- 2>&-")
    assert done.returncode == 1
    assert "✓ content" in closed("doctor", "--library", str(sample), streams="<&-").stdout


def test_variables_of_other_programs_are_taken_from_the_process(tmp_path: Path) -> None:
    code = """
import os, sys
from assistant.cli import main
main._run_command = lambda *args, **named: print(*(os.environ.get(name, "-") for name in sys.argv[1:])) or 0
sys.exit(main.main())
"""
    names = ("LANGSMITH_TRACING", "CHROMA_HOST", "OPENAI_CUSTOM_HEADERS", "OPENAI_API_KEY", "HF_TOKEN", "EDITOR")
    given = dict.fromkeys(names, "theirs")
    done = subprocess.run(
        [sys.executable, "-c", code, *names], env=environment(**given), capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["false", "-", "-", "theirs", "-", "theirs"]
