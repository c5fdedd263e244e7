"""``conspectus zotero``."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.testing import FakeZotero, fake_zotero
from tests.assistant.cli.running import Run

CLOSED = "http://127.0.0.1:9/api"


@pytest.fixture
def zotero(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeZotero]:
    """A Zotero that the settings name, with its key in MY_KEY."""
    with fake_zotero({"title": f"On event {n}", "abstractNote": f"Event {n}.", "DOI": ""} for n in range(4)) as zotero:
        for name, value in {"WEB_URL": zotero.url, "LOCAL_URL": CLOSED, "KEY_ENV": "MY_KEY"}.items():
            monkeypatch.setenv(f"CONSPECTUS_ZOTERO_{name}", value)
        monkeypatch.setenv("MY_KEY", zotero.key)
        yield zotero


@pytest.mark.usefixtures("hashed")
def test_syncing_asking_and_removing(zotero: FakeZotero, run: Run, tmp_path: Path) -> None:
    library = tmp_path / "library"
    key = zotero.library.add_collection("Thesis")
    first, second, *_ = zotero.library.items
    zotero.library.edit_item(first, collections=[key], tags=[{"tag": "read"}])
    done = run("zotero", library=library)
    assert (done.code, done.err) == (0, "")
    assert done.out == "zotero:user by zotero.org: 4 added, 0 updated, 0 unchanged, 0 removed.\n"
    assert "On event 0" in run("papers", "--collection", "thesis", "--tag", "read", library=library).out
    zotero.library.delete_items(first, second)
    held = run("zotero", "sync", library=library)
    assert "0 removed" in held.out
    assert "2 papers would be removed: gone in Zotero." in held.err
    assert "To remove them: conspectus zotero sync --yes" in held.err
    told = run("zotero", "sync", "--json", library=library).json
    assert (sorted(told["held"]), told["removed"]) == (["On event 0", "On event 1"], 0)
    assert "2 removed" in run("zotero", "sync", "--yes", library=library).out
    assert zotero.key not in held.out + held.err


@pytest.mark.usefixtures("hashed")
def test_only_a_collection_that_is_there(zotero: FakeZotero, run: Run, tmp_path: Path) -> None:
    zotero.library.add_collection("Thesis")
    done = run("zotero", "sync", "--collection", "Theses", library=tmp_path / "library")
    assert done.code == 2
    assert "There is no collection 'Theses' in Zotero." in done.err
    assert "4 added" in run("zotero", "sync", "--from", "web", "--dry-run", library=tmp_path / "library").out


def test_no_door_is_open(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CONSPECTUS_ZOTERO_LOCAL_URL", CLOSED)
    monkeypatch.delenv("ZOTERO_API_KEY", raising=False)
    done = run("zotero", "sync", library=tmp_path / "library")
    assert done.code == 1
    assert "Zotero on this machine cannot be reached" in done.err
    assert "--from web" in done.err


@pytest.mark.usefixtures("hashed")
def test_pushing_is_shown_then_done_then_undone(zotero: FakeZotero, run: Run, tmp_path: Path) -> None:
    library, file = tmp_path / "library", tmp_path / "soups.md"
    zotero.library.add_collection("Reports")
    file.write_text("# Soups\n\nThey are *hot* & <b>red</b>.\n")
    shown = run("zotero", "push", str(file), "--collection", "Reports", library=library)
    assert "new note" in shown.out
    assert "Nothing was written. To do it: the same command with --yes." in shown.err
    assert len(zotero.library.items) == 4
    done = run("zotero", "push", str(file), "--collection", "Reports", "--yes", library=library)
    note = next(data for data in zotero.library.items.values() if data["itemType"] == "note")
    assert note["note"] == "<h1>Soups</h1>\n<p>They are <em>hot</em> &amp; &lt;b&gt;red&lt;/b&gt;.</p>\n"
    assert done.out.splitlines()[-1].startswith("Written: 1 change (")
    again = run("zotero", "push", str(file), "--collection", "Reports", "--yes", library=library)
    assert (again.code, "Just this was pushed" in again.err) == (2, True)
    (kept,) = run("zotero", "writes", "--json", library=library).json
    assert f"{kept['id']}\tzotero:user\twritten\tsoups\n" == run("zotero", "writes", library=library).out
    assert "delete note" in run("zotero", "undo", library=library).out
    assert "Taken back: 1 change." in run("zotero", "undo", kept["id"], "--yes", library=library).out
    assert len(zotero.library.items) == 4


def test_an_answer_of_a_conversation(zotero: FakeZotero, run: Run, sample: Path) -> None:
    zotero.library.add_collection("Reports")
    assert run("ask", "--session", "new", "How many papers are from 2018?", library=sample).code == 0
    done = run("zotero", "push", "--session", "last", "--collection", "Reports", "--yes", library=sample)
    assert done.code == 0
    note = next(data for data in zotero.library.items.values() if data["itemType"] == "note")
    assert note["note"].startswith("<h1>How many papers are from 2018?</h1>")
    assert (
        "There is no such answer"
        in run("zotero", "push", "--session", "last", "--turn", "2", "--collection", "Reports", library=sample).err
    )


def test_a_report(zotero: FakeZotero, run: Run, sample: Path, tmp_path: Path) -> None:
    zotero.library.add_collection("Reports")
    assert run("report", "timeline", "-o", str(tmp_path / "r.json"), library=sample).code == 0
    done = run("zotero", "push", str(tmp_path / "r.json"), "--collection", "Reports", "--yes", library=sample)
    assert done.code == 0
    note = next(data for data in zotero.library.items.values() if data["itemType"] == "note")
    assert "<h1>" in note["note"]
    assert "<h2>" in note["note"]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ((), "Say one thing to push."),
        (("a.md", "--missing"), "Say one thing to push."),
        (("a.md",), "A note goes under a collection."),
        (("a.docx", "--collection", "R"), "neither Markdown nor a report"),
        (("nowhere.md", "--collection", "R"), "cannot be read"),
    ],
)
def test_what_cannot_be_pushed(run: Run, tmp_path: Path, words: tuple[str, ...], reason: str) -> None:
    done = run("zotero", "push", *words, library=tmp_path / "library")
    assert (done.code, reason in done.err) == (2, True)
