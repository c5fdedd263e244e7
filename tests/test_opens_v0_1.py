"""What version 0.1 wrote of 2026-11-29 opens, works and replays: libraries, sessions, settings, reports, batches.

The data is made up, and made by ``benchmarks/make_v0_1_data.py`` with the code of that day; what came out then is
written out here or stands beside it in ``tests/data/v0_1``. Two sums hold the batches together: 13 requests make all of
it, and of those the interrupted one had 10 answered. A change of a prompt makes its replies new, as it does for users.
"""

import json
import re
import shutil
import tarfile
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from assistant import Assistant
from assistant.phrases import explain_signs
from assistant.report.manifest import compute_digest, read_report
from assistant.report.schema import Report
from assistant.settings import CheckSettings, Settings, load
from assistant.testing import ScriptedChatModel

DATA = Path(__file__).resolve().parent / "data" / "v0_1"


def copy_sources(messages: Sequence[dict[str, Any]]) -> str:
    """The model that wrote it all: the first sentence of each source, and its number."""
    blocks = re.findall(r"\[(\d+)\] [^\n]+\n([^\n.]+)", str(messages[-1]["content"]))
    return " ".join(f"{sentence} [{number}]." for number, sentence in blocks)


def expected(name: str) -> Any:
    return json.loads((DATA / name).read_text(encoding="utf-8"))


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder, without what a batch keeps for itself."""
    files = [path for path in folder.rglob("*") if path.is_file() and ".batch" not in path.parts]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


# What is worded otherwise since: signs say what was compared, and every sentence has one. All of these are quotes.
SENSE = "Words, numbers, names and plain negation are compared, not the sense."
REWORDED = {
    "every sentence was checked against its sources: 5 supported.": f"5 sentences: 5 word for word (=). {SENSE}",
    "every sentence was checked against its sources: 4 supported.": f"4 sentences: 4 word for word (=). {SENSE}",
}


# A paper in proceedings is a part of a book by the manual of APA, which its reference says since types are known.
AS_A_PART = ("Water. Made-up Conference on Optics.", "Water. In Made-up Conference on Optics.")


COORDINATE = re.compile(r"\d+\.\d+")
"""A number in a picture, in dots."""
STYLE = re.compile(r"'sha256-[^']+'|<style>.*?</style>", re.DOTALL)
"""How a page looks, which is that of today: what it says is compared."""


def reword(text: bytes) -> bytes:
    """An old report as it is written today."""
    if text.startswith(b"{"):
        content = renew(json.loads(text))
        if "manifest" in content:
            del content["manifest"]["versions"]["scikit-learn"]  # Themes are found without it since.
            content["manifest"]["digest"] = compute_digest(Report.model_validate(content))
        return f"{json.dumps(content, indent=2, ensure_ascii=False)}\n".encode()
    old = text.decode().replace(*AS_A_PART)
    for then, now in REWORDED.items():
        old = old.replace(then, now)
    old = re.sub(r"(“[^”]+” \[@\w+\])", r"\1 *=*", old)
    old = old.replace("\n- **Kind:**", f"\n- **Signs:** {explain_signs()}\n- **Kind:**")
    sign = '<span class="sign" title="word for word in its source">=</span>'
    old = old.replace("</button></span>", f"</button> {sign}</span>")
    return old.replace("<dt>Kind</dt>", f"<dt>Signs</dt><dd>{explain_signs()}</dd><dt>Kind</dt>").encode()


def renew(content: Any) -> Any:
    """What JSON held then with the supports of today; every claim of the data is a sentence that it cites."""
    if isinstance(content, list):
        return [renew(value) for value in content]
    if not isinstance(content, dict):
        return content
    if content.get("support") == "supported":
        assert [citation["quote"] for citation in content["citations"]] == [content["text"]]
        decision = {"stage": "quote", "by": "", "probability": None, "asked": False}
        return {**content, "support": "quoted", "decision": decision}
    return {name: renew(value) for name, value in content.items()}


YOUNGER = {"damage", "kind", "language", "tags", "collections", "citation_count", "contributors"}


def without_younger(paper: dict[str, Any]) -> dict[str, Any]:
    """A paper without the fields that are new, of which only its type is told by what was stored; its records alike."""
    assert (paper["damage"], paper["tags"], paper["contributors"]) == ("", [], [])
    kept = {name: value for name, value in paper.items() if name not in YOUNGER}
    return kept | {"records": [without_younger(record) for record in paper["records"]]}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the library."""
    with tarfile.open(DATA / "library.tar.gz") as archive:
        archive.extractall(tmp_path, filter="data")
    return tmp_path / "library"


@pytest.fixture
def chat() -> ScriptedChatModel:
    return ScriptedChatModel(default=copy_sources)


class TestLibrary:
    def test_lists_the_same_papers_field_by_field(self, folder: Path) -> None:
        with Assistant.open(folder) as assistant:
            papers = [paper.model_dump(mode="json") for paper in assistant.papers.list()]
        assert [paper["title"] for paper in papers] == [
            "Mirrors That Clean Themselves",
            "Grinding Lenses without Water",
            "Newts at Night",
            "Counting Frogs by Sound",
        ]
        assert [without_younger(paper) for paper in papers] == expected("papers.json")
        assert {paper["kind"] for paper in papers} == {"article-journal", "paper-conference"}

    def test_finds_and_quotes_the_same(self, folder: Path) -> None:
        with Assistant.open(folder) as assistant:
            # What is not about it is no longer found, and a list of papers has titles unless quotes are asked for.
            assert [hit.paper.title for hit in assistant.search("amphibians on roads", 2)] == ["Newts at Night"]
            listed = assistant.ask("Which papers study mirrors of telescopes?")
            answer = assistant.ask("Which papers study mirrors of telescopes?", quotes=True)
        assert listed.text == "- **Mirrors That Clean Themselves** (2023), Zoé Moreau [1] *=*"
        then = renew(expected("answer.json"))
        assert answer.model_dump(mode="json", exclude={"trace"}) == then | {"text": answer.text}

    def test_knows_both_records_of_the_joined_paper_and_takes_more(self, folder: Path) -> None:
        with Assistant.open(folder) as assistant:
            for name in ("papers.bib", "second.ris"):
                report = assistant.add(DATA / name)
                assert (report.added, report.merged) == (0, 0)
            assert assistant.papers.count() == 4

    def test_splits_the_joined_paper_into_its_two_records(self, folder: Path) -> None:
        with Assistant.open(folder) as assistant:
            assistant.papers.split("10.5555/pond.2019.4")
            assert [paper.title for paper in assistant.papers.list()].count("Newts at Night") == 2

    def test_is_sound(self, folder: Path) -> None:
        with Assistant.open(folder) as assistant:
            assert [check.name for check in assistant.doctor() if not check.ok] == []

    def test_answers_what_a_model_answered_for_nothing(self, folder: Path, chat: ScriptedChatModel) -> None:
        with Assistant.open(folder, model=chat) as assistant:
            answer = assistant.ask("How many deaths of newts do tunnels prevent?")
        assert answer.text == expected("session.json")["turns"][0]["answer"]["text"]
        assert answer.trace.cached
        assert chat.requests == []


class TestSession:
    def test_shows_the_same_turns(self, folder: Path) -> None:
        with Assistant.open(folder) as assistant:
            [info] = assistant.sessions.list()
            session = assistant.sessions.get(info.id)
        assert (session.title, info.turns) == ("Ponds and lenses", 2)
        assert [turn.answer.mode for turn in session.turns if turn.answer] == ["scripted", "extractive"]
        shown = session.model_dump(mode="json")
        # How a question was understood is told since; of these nothing is known.
        traces = [turn["answer"]["trace"] for turn in shown["turns"]]
        assert [(trace.pop("query"), trace.pop("conditions")) for trace in traces] == [("", [])] * 2
        assert shown == renew(expected("session.json"))

    def test_goes_on_from_its_last_turn(self, folder: Path) -> None:
        with Assistant.open(folder) as assistant:
            [info] = assistant.sessions.list()
            answer = assistant.ask("Who wrote it?", session=info.id)
            turns = assistant.sessions.get(info.id).turns
        assert "Moreau" in answer.text
        assert [turn.question for turn in turns] == [
            "How many deaths of newts do tunnels prevent?",
            "Which papers study mirrors of telescopes?",
            "Who wrote it?",
        ]


def test_settings_load_to_the_same_values() -> None:
    settings = load(env={}, file=DATA / "conspectus.toml").model_dump(mode="json")
    defaults = CheckSettings().model_dump(mode="json")
    expected_settings: dict[str, Any] = {
        "library": "papers",
        "store": "http://127.0.0.1:8000",
        "prompts": "my-prompts",
        "fallback": True,
        "cache": False,
        "strict": True,
        "retracted": True,
        "k": 7,
        "chat": {
            "model": "llama3.1:8b",
            "base_url": "http://127.0.0.1:11434/v1",
            "api_key_env": "POND_KEY",
            "context": 16384,
            "max_output": 512,
            "temperature": 0.25,
            "timeout": 90.0,
            "stall": 15.0,
            "retries": 4,
        },
        "embedding": {
            "model": "nomic-embed-text",
            "base_url": "http://127.0.0.1:11434/v1",
            "api_key_env": "",
            "context": None,
            "max_output": 1024,
            "temperature": 0.0,
            "timeout": 20.0,
            "stall": 30.0,
            "retries": 2,
        },
        # What it lacks is that of the chat.
        "report": {
            "model": "openai:gpt-4o-mini",
            "base_url": "http://127.0.0.1:11434/v1",
            "api_key_env": "POND_KEY",
            "context": None,
            "max_output": 512,
            "temperature": 0.5,
            "timeout": 90.0,
            "stall": 15.0,
            "retries": 4,
        },
        # There was none; without a second stage it is not asked.
        "check": {
            "model": "llama3.1:8b",
            "base_url": "http://127.0.0.1:11434/v1",
            "api_key_env": "POND_KEY",
            "context": 16384,
            "max_output": 512,
            "temperature": 0.0,
            "timeout": 90.0,
            "stall": 15.0,
            "retries": 4,
            "second_stage": "none",
        },
        "providers": {
            "email": "ponds@example.org",
            "arxiv_url": "https://arxiv.example.org/api",
            "openalex_url": "https://openalex.example.org",
            "crossref_url": "https://crossref.example.org",
            "s2_url": "https://s2.example.org/graph/v1",
            "pubmed_url": "https://pubmed.example.org/eutils",
            "openalex_key_env": "POND_OPENALEX_KEY",
            "s2_key_env": "POND_S2_KEY",
            "pubmed_key_env": "POND_PUBMED_KEY",
            "timeout": 12.5,
            "cache_days": 1.5,
        },
    }
    # Settings that came later have their defaults.
    for role in ("chat", "embedding", "report", "check"):
        later = {name: defaults[name] for name in settings[role].keys() - expected_settings[role].keys()}
        assert "model" not in later
        expected_settings[role] |= later
    for table in ("archives", "server", "zotero", "embed_at_once"):  # There was none.
        expected_settings[table] = Settings().model_dump(mode="json")[table]
    assert settings == expected_settings


class TestReport:
    @pytest.mark.parametrize("made_from", ["report.manifest.json", "report.json"])
    def test_replays_to_the_same_but_for_its_signs(self, folder: Path, tmp_path: Path, made_from: str) -> None:
        again = tmp_path / "again"
        with Assistant.open(folder) as assistant:
            report = assistant.reports.replay(DATA / made_from)
            assistant.reports.save(report, again / "report.md", again / "report.html")
        assert report.manifest.model == "scripted"
        assert report.model_dump(mode="json") == renew(expected("report.json"))
        assert report == read_report(DATA / "report.json")
        for name in ("report.md", "report.bib"):
            assert (again / name).read_bytes() == reword((DATA / name).read_bytes()), name
        pages = (again / "report.html").read_bytes(), reword((DATA / "report.html").read_bytes())
        page, before = (STYLE.sub("", html.decode()) for html in pages)
        assert COORDINATE.sub("#", page) == COORDINATE.sub("#", before)
        places, places_before = ([float(n) for n in COORDINATE.findall(text)] for text in (page, before))
        assert places == pytest.approx(places_before, abs=0.01)  # They were not rounded then.
        manifest = json.loads((again / "report.manifest.json").read_text(encoding="utf-8"))
        assert manifest.pop("files")["report.bib"] == sha256((again / "report.bib").read_bytes()).hexdigest()
        assert manifest == expected("report.manifest.json")

    def test_is_made_again_for_nothing(self, folder: Path, chat: ScriptedChatModel) -> None:
        with Assistant.open(folder, model=chat) as assistant:
            report = assistant.reports.replay(DATA / "report.manifest.json")
        assert chat.requests == []
        assert [section.model_dump(mode="json") for section in report.sections] == renew(expected("report.json"))[
            "sections"
        ]

    def test_a_new_one_has_the_form_of_today(self, folder: Path, chat: ScriptedChatModel) -> None:
        with Assistant.open(folder, model=chat) as assistant:
            report = assistant.reports.create("themes")
        assert report.manifest.settings["form"] == 2
        assert report.sections[0].table
        assert "form" not in expected("report.manifest.json")["settings"]


class TestBatch:
    @pytest.mark.parametrize(
        ("name", "earlier", "paid"),
        [
            pytest.param("finished", [True, True, True, True], 0, id="finished"),
            pytest.param("interrupted", [True, True, False, False], 3, id="interrupted"),
        ],
    )
    def test_resumes_and_pays_for_nothing_kept(
        self, folder: Path, tmp_path: Path, chat: ScriptedChatModel, name: str, earlier: list[bool], paid: int
    ) -> None:
        shutil.copytree(DATA / name, tmp_path / name)
        with Assistant.open(folder, model=chat) as assistant:
            report = assistant.batches.run(tmp_path / name / "batch.toml", resume=True)
        assert [outcome.name for outcome in report.outcomes] == ["optics", "frogs", "annotated", "years"]
        assert [str(outcome.status) for outcome in report.outcomes] == ["finished"] * 4
        assert [outcome.earlier for outcome in report.outcomes] == earlier
        assert len(chat.requests) == paid
        before = contents(DATA / "finished" / "reports")
        earlier_files = contents(DATA / name / "reports")
        made = contents(tmp_path / name / "reports")
        if name == "interrupted":  # Beside JSON with files of its own there is a manifest since.
            assert "annotated.bib" in json.loads(made.pop("annotated.manifest.json"))["files"]
        assert made == {file: text if file in earlier_files else reword(text) for file, text in before.items()}

    def test_estimates_what_is_left(self, folder: Path, tmp_path: Path, chat: ScriptedChatModel) -> None:
        shutil.copytree(DATA / "interrupted", tmp_path / "interrupted")
        with Assistant.open(folder, model=chat) as assistant:
            estimate = assistant.batches.estimate(tmp_path / "interrupted" / "batch.toml", resume=True)
        assert estimate.calls == 3
        assert chat.requests == []
