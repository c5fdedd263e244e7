"""Make tests/data/v0_1, the data that tests/test_opens_v0_1.py opens: python -m benchmarks.make_v0_1_data.

It ran once, with the code of 2026-11-29 (version 0.1.0), and runs with that code alone: what it made is kept to show
that later code opens what earlier code wrote, so it is not to be made again. It is all made up: four papers (one of
them from two records), a session of two turns, a report, and the same batch twice, once killed on its way. The model
is ``ScriptedChatModel``, which copies the first sentence of each source; there is no key and no network.
"""

import gzip
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Sequence
from contextlib import chdir
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from assistant import Assistant
from assistant.testing import ScriptedChatModel

DATA = Path(__file__).resolve().parents[1] / "tests" / "data" / "v0_1"

PAPERS = """@article{okonjo2017frogs,
  title = {Counting Frogs by Sound},
  author = {Okonjo, Ada and Lindqvist, Per},
  year = {2017},
  journal = {Made-up Letters on Ponds},
  doi = {10.5555/pond.2017.1},
  abstract = {We count frogs in ponds by the sound of their calls. A microphone at each pond records one hour a night.
    The count is within 12% of a count by hand on 31 ponds. Wind above 8 m/s doubles the error.}
}
@article{lindqvist2019newts,
  title = {Newts at Night},
  author = {Lindqvist, Per and Abara, Chidi},
  year = {2019},
  journal = {Made-up Letters on Ponds},
  doi = {10.5555/pond.2019.4},
  abstract = {Newts cross roads in warm and rainy nights. We follow 240 newts with small lamps over three springs.
    Tunnels below the road lower the deaths by 71%. A fence of 40 cm is enough to lead newts to a tunnel.}
}
@inproceedings{abara2021lenses,
  title = {Grinding Lenses without Water},
  author = {Abara, Chidi and Moreau, Zo{\\'e}},
  year = {2021},
  booktitle = {Made-up Conference on Optics},
  doi = {10.5555/lens.2021.7},
  abstract = {Lenses are ground with water to keep them cool. We grind lenses with cold air alone. The surface is
    rougher by 3 nm, and grinding takes 1.4 times as long. No lens of 500 broke.}
}
@article{moreau2023mirrors,
  title = {Mirrors That Clean Themselves},
  author = {Moreau, Zo{\\'e}},
  year = {2023},
  journal = {Made-up Optics Review},
  doi = {10.5555/mirror.2023.2},
  abstract = {Dust dims the mirrors of telescopes. We coat mirrors with a film that sheds dust when it is charged. After
    a year in a desert the mirrors keep 94% of their light. The film costs 2 euros for a square metre.}
}
"""

SECOND_RECORD = """TY  - JOUR
TI  - Newts at Night
AU  - Lindqvist, P.
AU  - Abara, C.
PY  - 2019
AN  - pond-19-4
T2  - Made-up Letters on Ponds
KW  - amphibians
KW  - roads
UR  - https://example.org/newts
ER  -
"""

SETTINGS = """# Settings as version 0.1 had them.
library = "papers"
store = "http://127.0.0.1:8000"
prompts = "my-prompts"
fallback = true
cache = false
strict = true
retracted = true
k = 7

[chat]
model = "llama3.1:8b"
base_url = "http://127.0.0.1:11434/v1"
api_key_env = "POND_KEY"
context = 16384
max_output = 512
temperature = 0.25
timeout = 90.0
stall = 15.0
retries = 4

[embedding]
model = "nomic-embed-text"
base_url = "http://127.0.0.1:11434/v1"
timeout = 20.0

[report]
model = "openai:gpt-4o-mini"
temperature = 0.5

[providers]
email = "ponds@example.org"
arxiv_url = "https://arxiv.example.org/api"
openalex_url = "https://openalex.example.org"
crossref_url = "https://crossref.example.org"
s2_url = "https://s2.example.org/graph/v1"
pubmed_url = "https://pubmed.example.org/eutils"
openalex_key_env = "POND_OPENALEX_KEY"
s2_key_env = "POND_S2_KEY"
pubmed_key_env = "POND_PUBMED_KEY"
timeout = 12.5
cache_days = 1.5
"""

BEGUN = """output = "reports"
formats = ["md", "json"]
at_once = 1

[[item]]
report = "annotated"
name = "optics"
filters = { author = "Moreau" }
strict = true

[[item]]
question = "How well are frogs counted by their calls?"
name = "frogs"
"""

SPEC = f"""{BEGUN}
[[item]]
report = "annotated"

[[item]]
report = "timeline"
name = "years"
formats = "json"
"""

BY_MODEL = "How many deaths of newts do tunnels prevent?"
IN_QUOTES = "Which papers study mirrors of telescopes?"
CRASH_AT = 4
"""The request at which its second run ends: replies are kept of items that are not finished."""


def copy_sources(messages: Sequence[dict[str, Any]]) -> str:
    """Answer with the first sentence of each source, and its number."""
    blocks = re.findall(r"\[(\d+)\] [^\n]+\n([^\n.]+)", str(messages[-1]["content"]))
    return " ".join(f"{sentence} [{number}]." for number, sentence in blocks)


def pack(folder: Path, target: Path) -> None:
    """Write a folder as .tar.gz, the same bytes for the same files."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for path in sorted(folder.rglob("*")):
            info = archive.gettarinfo(path, str(path.relative_to(folder.parent)))
            info.mtime = info.uid = info.gid = 0
            info.uname = info.gname = ""
            with path.open("rb") if path.is_file() else io.BytesIO() as content:
                archive.addfile(info, content if path.is_file() else None)
    target.write_bytes(gzip.compress(buffer.getvalue(), mtime=0))


def write_json(name: str, value: object) -> None:
    """Write a file of what is expected."""
    (DATA / name).write_text(f"{json.dumps(value, indent=2, ensure_ascii=False)}\n", encoding="utf-8")


def make_library(folder: Path) -> None:
    """Add the papers, ask, write the report."""
    with Assistant.open(folder) as assistant:
        for file in ("papers.bib", "second.ris"):  # As they are named here, they are kept: without a folder.
            print(assistant.add(file).model_dump_json(exclude_defaults=True))
        session = assistant.sessions.new("Ponds and lenses").id
    with Assistant.open(folder, model=ScriptedChatModel(default=copy_sources)) as assistant:
        assistant.ask(BY_MODEL, session=session)
        report = assistant.reports.create("themes")
        assistant.reports.save(report, DATA / "report.md", DATA / "report.html")
        (DATA / "report.json").write_text(f"{report.model_dump_json(indent=2)}\n", encoding="utf-8")
    with Assistant.open(folder) as assistant:
        assistant.ask(IN_QUOTES, session=session)
        write_json("session.json", assistant.sessions.get(session).model_dump(mode="json"))
        write_json("papers.json", [paper.model_dump(mode="json") for paper in assistant.papers.list()])
        quoted = assistant.ask(IN_QUOTES).model_dump(mode="json", exclude={"trace"})
        write_json("answer.json", quoted)


def write_spec(name: str, text: str) -> None:
    """Write the spec of a batch."""
    (DATA / name).mkdir(exist_ok=True)
    (DATA / name / "batch.toml").write_text(text, encoding="utf-8")


def make_batch(name: str, crash_at: int = 0) -> None:
    """Make the batch on a library as it was packed; at a request to crash at, end the process as ``kill -9`` does."""
    requests = 0

    def answer(messages: Sequence[dict[str, Any]]) -> str:
        nonlocal requests
        requests += 1
        if requests == crash_at:
            os._exit(9)
        return copy_sources(messages)

    with TemporaryDirectory() as folder, tarfile.open(DATA / "library.tar.gz") as archive:
        archive.extractall(folder, filter="data")
        with Assistant.open(Path(folder) / "library", model=ScriptedChatModel(default=answer)) as assistant:
            assistant.batches.run(DATA / name / "batch.toml", resume=name == "interrupted")
    print(f"{name}: {requests} requests")


def main() -> None:
    """Make everything."""
    shutil.rmtree(DATA, ignore_errors=True)
    DATA.mkdir(parents=True)
    for name, text in (("papers.bib", PAPERS), ("second.ris", SECOND_RECORD), ("conspectus.toml", SETTINGS)):
        (DATA / name).write_text(text, encoding="utf-8")
    with TemporaryDirectory() as folder, chdir(DATA):
        make_library(Path(folder) / "library")
        pack(Path(folder) / "library", DATA / "library.tar.gz")
    write_spec("finished", SPEC)
    make_batch("finished")
    write_spec("interrupted", BEGUN)  # So that two items are finished.
    make_batch("interrupted")
    write_spec("interrupted", SPEC)
    crashing = f"from benchmarks.make_v0_1_data import make_batch; make_batch('interrupted', {CRASH_AT})"
    subprocess.run([sys.executable, "-c", crashing], cwd=DATA.parents[2], check=False)
    for file in (*DATA.rglob("*.lock"), *DATA.rglob("lock")):
        file.unlink()
    # What draws them decides their bytes, and the report is the same without them.
    shutil.rmtree(DATA / "report_files")


if __name__ == "__main__":
    main()
