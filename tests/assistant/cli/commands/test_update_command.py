"""``conspectus watch`` and ``conspectus update``."""

from pathlib import Path

import pytest

from assistant.watch.state import WatchFolder
from tests.assistant.cli.running import Run

pytestmark = pytest.mark.usefixtures("hashed")


@pytest.fixture
def incoming(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.bib").write_text("@misc{poe, title={On Owls}, author={Poe, Ann}, year={2026}}")
    return folder


def test_what_is_watched_is_listed_and_removed(run: Run, incoming: Path, tmp_path: Path) -> None:
    library = tmp_path / "l"
    added = run("watch", "add", "arxiv:query", "cat:stat.ML", "--limit", "50", library=library)
    assert (added.code, added.out.split(" ", 1)[1]) == (0, "arxiv:query cat:stat.ML\n")
    run("watch", "add", str(incoming), library=library)
    listed = run("watch", "list", "--json", library=library).json
    assert [(one["kind"], one["source"], one["limit"]) for one in listed["watches"]] == [
        ("provider", "arxiv:query cat:stat.ML", 50),
        ("folder", str(incoming), 200),
    ]
    assert run("watch", "remove", added.out.split()[0], library=library).code == 0
    assert run("watch", library=library).out == f"{listed['watches'][1]['id']}\tfolder\t{incoming}\t200 at a time\n"
    assert run("watch", "remove", "arxiv:query cat:stat.ML", library=library).code == 2


def test_an_update_tells_what_is_new_once(run: Run, incoming: Path, tmp_path: Path) -> None:
    library = tmp_path / "l"
    run("watch", "add", str(incoming), library=library)
    done = run("update", library=library)
    assert done.code == 0
    assert "- **On Owls** (2026; " in done.out
    assert done.err == f"{incoming}: 1 new record, 0 known\n"
    again = [run("update", library=library) for _ in range(2)]
    assert (
        again[0]
        == again[1]
        == (0, "# What is new in the library\n\nNothing new.\n", f"{incoming}: 0 new records, 0 known\n")
    )


def test_it_is_written_to_a_file_and_never_over_a_file_of_ones_own(run: Run, incoming: Path, tmp_path: Path) -> None:
    library, file = tmp_path / "l", tmp_path / "news.html"
    run("watch", "add", str(incoming), library=library)
    file.write_text("mine")
    refused = run("update", "-o", str(file), library=library)
    assert (refused.code, file.read_text()) == (2, "mine")
    file.unlink()
    done = run("update", "-o", str(file), library=library)
    assert (done.code, done.out) == (0, "")
    assert "On Owls" in file.read_text()


def test_a_file_that_cannot_be_written_leaves_the_digest_to_be_told(run: Run, incoming: Path, tmp_path: Path) -> None:
    library = tmp_path / "l"
    run("watch", "add", str(incoming), library=library)
    (tmp_path / "blocked").write_text("a file")
    failed = run("update", "-o", str(tmp_path / "blocked" / "news.md"), library=library)
    assert failed.code == 1
    assert WatchFolder(library).read().told == 0
    told = run("update", "--json", library=library).json
    assert (told["again"], [paper["title"] for paper in told["digest"]["papers"]]) == (True, ["On Owls"])


def test_what_could_not_be_read_is_said_and_ends_with_1(run: Run, incoming: Path, tmp_path: Path) -> None:
    library, gone = tmp_path / "l", tmp_path / "gone"
    gone.mkdir()
    run("watch", "add", str(gone), library=library)
    run("watch", "add", str(incoming), library=library)
    gone.rmdir()
    done = run("update", library=library)
    assert done.code == 1
    assert f"Not read to its end: The folder {gone} is gone." in done.err
    assert "On Owls" in done.out


def test_a_file_that_is_no_report_is_wrong_usage(run: Run, incoming: Path, tmp_path: Path) -> None:
    done = run("update", str(incoming / "a.bib"), library=tmp_path / "l")
    assert (done.code, done.out) == (2, "")
    assert "cannot be read" in done.err


def test_nothing_that_is_watched_is_said(run: Run, tmp_path: Path) -> None:
    done = run("update", library=tmp_path / "l")
    assert (done.code, done.out) == (0, "# What is new in the library\n\nNothing new.\n")
    assert "Nothing is watched" in done.err


def test_saved_reports_of_a_watch_list_are_told_to_be_such(run: Run, tmp_path: Path) -> None:
    library, report = tmp_path / "l", tmp_path / "owls.md"
    assert "No source of papers is watched." in run("watch", library=library).err
    papers = tmp_path / "in.bib"
    papers.write_text("@misc{poe, title={On Owls}, author={Poe, Ann}, year={2026}, abstract={Owls hoot at night.}}")
    run("add", str(papers), library=library)
    assert run("report", "annotated", "-o", str(report), library=library).code == 0
    listed = run("watch", library=library)
    assert listed.out == f"\treport\t{report}\n"
    assert "Of a saved report conspectus update tells what new papers change in it." in listed.err
