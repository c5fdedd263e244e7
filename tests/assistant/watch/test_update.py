"""Updates: what is new is told once, whatever fails or breaks off in between."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.client import Assistant
from assistant.watch.digest import UpdateDone, UpdateReport
from assistant.watch.digest_text import render_digest
from assistant.watch.sources import Passage, WatchRequest
from assistant.watch.state import WatchFolder, WatchProgress
from assistant.watch.watch import WatchKind
from store.errors import InputError, LibraryDamaged, LibraryError, LibraryLocked, SourceError
from store.ingest import add_items
from store.results import AddEvent
from tests.assistant import small
from tests.assistant.watch.conftest import Living, Put
from tests.store.providers import bodies
from tests.store.providers.loopback import Asked, Reply, told

QUERY = "arxiv:query au:Poe_A"


def titles(report: UpdateReport) -> set[str]:
    return {paper.title for paper in report.digest.papers}


def list_entries(living: Living, count: int, fails_from: int | None = None) -> None:
    """Let arXiv have so many preprints, the first of which is the newest; from one on it fails."""

    def answer(asked: Asked) -> Reply:
        start, rows = int(asked.params["start"]), int(asked.params["max_results"])
        if fails_from is not None and start >= fails_from:
            return Reply(b"", 403)
        numbers = range(start, min(start + rows, count))
        return bodies.arxiv(*(bodies.arxiv_entry(count - number) for number in numbers), total=count)

    living.server.answering = answer


def test_a_paper_is_told_once_and_then_nothing_is_new(living: Living, put: Put) -> None:
    watch = living.assistant.watches.add(put("poe", "On Owls", "Owls hunt at night."))
    first = living.update()
    assert [(paper.title, paper.year, paper.watch) for paper in first.digest.papers] == [
        ("On Owls", 2026, watch.source)
    ]
    assert (first.digest.number, first.watches[0].added, first.again) == (1, 1, False)
    second, third = living.update(), living.update()
    assert second.digest.is_empty
    assert second.digest.number == 0
    for format in ("md", "html", "json"):
        assert render_digest(second, format) == render_digest(third, format)
    assert render_digest(second) == "# What is new in the library\n\nNothing new.\n"
    assert living.assistant.watches.digests() == [first.digest]


def test_a_paper_that_is_there_is_no_news(living: Living, put: Put) -> None:
    rare = living.assistant.papers.get("rare")
    authors = " and ".join(author.name for author in rare.authors)
    living.assistant.watches.add(put("again", rare.title, rare.abstract, author=authors, year="2018"))
    report = living.update()
    assert report.digest.is_empty
    assert (report.watches[0].added, report.watches[0].merged) == (0, 1)


def test_the_nearest_papers_come_first_and_the_strange_one_is_far(living: Living, put: Put) -> None:
    put("owls", "Owls", "Owls glide silently above meadows, catching voles, beetles, frogs.")
    folder = put(
        "crash", "Rare crashes", "Crashes are rare events. We estimate crash probabilities by adaptive sampling."
    )
    living.assistant.watches.add(folder)
    papers = living.update().digest.papers
    assert [paper.title for paper in papers] == ["Rare crashes", "Owls"]
    assert papers[0].nearness > papers[1].nearness


def test_what_was_removed_does_not_come_back(living: Living, put: Put) -> None:
    folder = put("poe", "On Owls", "Owls hunt at night.")
    living.assistant.watches.add(folder)
    [paper] = living.update().digest.papers
    living.assistant.papers.remove(paper.id)
    put("poe", "On Owls", "Owls hunt at night, as a rule.")
    report = living.update()
    assert report.digest.is_empty
    assert report.watches[0].added == 0


def test_a_provider_that_fails_half_way_loses_nothing(living: Living) -> None:
    living.assistant.watches.add(QUERY)
    list_entries(living, 150, fails_from=100)
    first = living.update()
    assert len(first.digest.papers) == 100
    assert "arXiv" in first.watches[0].fault
    list_entries(living, 150)
    second = living.update()
    assert second.watches[0].fault == ""
    assert titles(second) == {f"Preprint {number}" for number in range(1, 51)}
    assert living.update().digest.is_empty


def test_behind_a_page_that_is_known_nothing_is_asked_for(living: Living) -> None:
    living.assistant.watches.add(QUERY)
    list_entries(living, 180)
    assert len(living.update().digest.papers) == 180
    living.server.asked.clear()
    assert living.update().digest.is_empty
    assert [asked.params["start"] for asked in living.server.asked] == ["0"]
    assert living.server.asked[0].params["sortBy"] == "lastUpdatedDate"


def test_the_limit_takes_the_newest(living: Living) -> None:
    living.assistant.watches.add(QUERY, limit=2)
    list_entries(living, 9)
    assert titles(living.update()) == {"Preprint 8", "Preprint 9"}


def test_a_folder_that_is_gone_is_named_and_the_others_are_read(living: Living, put: Put, tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    living.assistant.watches.add(gone)
    living.assistant.watches.add(put("poe", "On Owls"))
    gone.rmdir()
    report = living.update()
    assert [bool(outcome.fault) for outcome in report.watches] == [True, False]
    assert report.watches[0].fault.startswith(f"The folder {gone} is gone.")
    assert titles(report) == {"On Owls"}


def test_an_empty_folder_and_a_file_that_is_none_of_papers(living: Living, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    living.assistant.watches.add(folder)
    assert living.update().watches[0].fault == ""
    (folder / "song.mp3").write_bytes(b"\0\1\2")
    report = living.update()
    assert [problem.file for problem in report.problems] == [str(folder / "song.mp3")]
    assert living.update().problems == ()  # It is as it was.


def test_only_files_that_changed_are_read_again(living: Living, put: Put) -> None:
    put("one", "On Owls")
    living.assistant.watches.add(put("two", "On Bats"))
    living.update()
    put("two", "On Bats", "Bats hunt at night.")
    [outcome] = living.update().watches
    assert (outcome.added, outcome.updated + outcome.merged + outcome.unchanged) == (0, 1)


# What breaks off


def test_a_digest_that_was_not_written_out_is_told_again_under_its_number(living: Living, put: Put) -> None:
    living.assistant.watches.add(put("poe", "On Owls"))
    events = living.stream()
    report = next(event.report for event in events if isinstance(event, UpdateDone))
    events.close()  # type: ignore[attr-defined]
    put("bats", "On Bats")
    again = living.update()
    assert (again.digest.number, again.again) == (report.digest.number, True)
    assert titles(again) == {"On Owls", "On Bats"}
    assert living.update().digest.is_empty
    assert len(living.assistant.watches.digests()) == 1


@pytest.mark.parametrize("write", range(1, 7))
def test_a_full_disk_between_two_files_loses_nothing_and_repeats_nothing(
    living: Living, put: Put, monkeypatch: pytest.MonkeyPatch, write: int
) -> None:
    living.assistant.watches.add(put("poe", "On Owls"))
    living.update()
    put("bats", "On Bats")
    left = [write]

    def write_or_fail(file: Path, content: bytes, private: bool) -> None:
        left[0] -= 1
        if not left[0]:
            raise LibraryError("The disk is full.", "Free some room.")
        from store.files import write_atomic

        write_atomic(file, content, private)

    with monkeypatch.context() as full:
        full.setattr("assistant.watch.state.write_atomic", write_or_fail)
        with pytest.raises(LibraryError, match="full"):
            living.update()
    assert left == [0]
    living.update()
    told_of = [paper.title for digest in living.assistant.watches.digests() for paper in digest.papers]
    assert told_of == ["On Owls", "On Bats"]
    assert living.update().digest.is_empty


def test_two_updates_at_once_are_one_too_many(living: Living) -> None:
    events: Iterator[object] = living.stream()
    next(events)
    with pytest.raises(LibraryLocked, match="updating"):
        living.update()
    with pytest.raises(LibraryLocked, match="updating"):
        living.assistant.watches.add(QUERY)


@pytest.mark.parametrize("name", ["state.json", "digests/000001.json"])
def test_a_damaged_file_is_named(living: Living, put: Put, name: str) -> None:
    living.assistant.watches.add(put("poe", "On Owls"))
    living.update()
    file = WatchFolder(living.assistant.library.folder).path / name
    file.write_bytes(b"{")
    with pytest.raises(LibraryDamaged, match=name):
        living.update()


# Reports


def test_a_report_is_kept_when_it_is_saved_and_forgotten_when_one_says_so(living: Living, tmp_path: Path) -> None:
    a = living.assistant
    a.reports.save(a.reports.create("annotated"), tmp_path / "a.md")
    assert a.watches.reports() == (tmp_path / "a.md",)
    (tmp_path / "a.md").unlink()
    [problem] = living.update().problems
    assert problem.file == str(tmp_path / "a.md")
    a.watches.remove(tmp_path / "a.md")
    assert a.watches.reports() == ()
    assert living.update().problems == ()
    with pytest.raises(InputError, match="is not watched"):
        a.watches.remove(tmp_path / "a.md")


def test_a_report_of_another_library_is_refused(living: Living, tmp_path: Path) -> None:
    with small.assistant(tmp_path / "other", [small.paper("x", "Elsewhere", "We are elsewhere.")]) as other:
        other.reports.save(other.reports.create("annotated"), tmp_path / "other.json", tmp_path / "other.md")
    for file in ("other.json", "other.manifest.json"):
        with pytest.raises(InputError):
            living.assistant.update(tmp_path / file, retractions=False)
    assert living.assistant.watches.reports() == ()


def test_what_is_kept_of_another_library_is_a_problem_and_the_rest_is_told(
    living: Living, put: Put, tmp_path: Path
) -> None:
    with small.assistant(tmp_path / "other", [small.paper("x", "Elsewhere", "We are elsewhere.")]) as other:
        other.reports.save(other.reports.create("annotated"), tmp_path / "other.json")
    kept = living.assistant.library.folder / "saved_reports"
    shutil.copytree(tmp_path / "other" / "saved_reports", kept)
    living.assistant.watches.add(put("poe", "On Owls"))
    report = living.update()
    assert titles(report) == {"On Owls"}
    assert "was made of another library: none of its 1 papers is here" in report.problems[0].reason


def test_a_named_manifest_is_followed(living: Living, put: Put, tmp_path: Path) -> None:
    a = living.assistant
    a.reports.save(a.reports.create("annotated"), tmp_path / "a.md")
    a.watches.remove(tmp_path / "a.md")
    a.watches.add(put("poe", "On Owls", "Owls hunt at night."))
    report = a.update(tmp_path / "a.manifest.json", retractions=False)
    assert [news.path for news in report.digest.reports] == [str(tmp_path / "a.manifest.json")]
    assert [change.title for change in report.digest.changes] == ["On Owls"]


def test_a_retraction_is_asked_for_and_told_once(living: Living, put: Put, tmp_path: Path) -> None:
    a = living.assistant
    folder = put("poe", "On Owls", "Owls hunt at night.", doi="10.1000/owls")
    a.watches.add(folder)
    living.update()
    a.reports.save(a.reports.create("annotated"), tmp_path / "a.json")
    work = bodies.openalex_work(7, title="On Owls", doi="https://doi.org/10.1000/owls", is_retracted=True)
    living.server.answering = lambda asked: told({"meta": {"count": 1}, "results": [work]})
    report = living.update(retractions=True)
    assert living.server.asked[-1].params["filter"] == "doi:10.1000/owls,is_retracted:true"
    assert [paper.title for paper in report.digest.retracted] == ["[retracted] On Owls"]
    assert [(change.kind, change.note) for change in report.digest.changes] == [
        ("retracted", "retracted; 1 sentence cites it")
    ]
    living.server.asked.clear()
    assert living.update(retractions=True).digest.is_empty
    assert living.server.asked == []  # It is known, and no other paper has a DOI.


def test_a_provider_that_cannot_be_asked_for_retractions_is_a_problem(living: Living, put: Put, tmp_path: Path) -> None:
    a = living.assistant
    a.watches.add(put("poe", "On Owls", "Owls hunt at night.", doi="10.1000/owls"))
    living.update()
    a.reports.save(a.reports.create("annotated"), tmp_path / "a.json")
    living.server.answering = lambda asked: Reply(b"no", 403)
    [problem] = living.update(retractions=True).problems
    assert problem.reason.startswith("not asked for all: OpenAlex")


def test_the_state_holds_no_answer_of_a_provider(living: Living, put: Put) -> None:
    living.assistant.watches.add(QUERY)
    list_entries(living, 3)
    living.update()
    path = WatchFolder(living.assistant.library.folder).path
    assert sorted(file.name for file in path.iterdir()) == ["digests", "lock", "state.json"]
    state = json.loads((path / "state.json").read_text())
    assert (state["told"], state["run"]) == (1, None)


def test_an_empty_library_begins_with_what_is_watched(tmp_path: Path, put: Put) -> None:
    with small.assistant(tmp_path / "empty") as a:
        a.watches.add(put("poe", "On Owls"))
        report = a.update()
        assert [(paper.title, paper.nearness, paper.far) for paper in report.digest.papers] == [("On Owls", 0.0, False)]
        assert isinstance(a, Assistant)


def test_a_source_of_another_kind_may_bring_the_library_in_step_by_itself(
    living: Living, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Collection:
        """A collection that adds one paper, and then cannot be read any further."""

        progress = WatchProgress(complete=True)

        def __init__(self, request: WatchRequest) -> None:
            self._library = request.library

        def run(self, passage: Passage) -> Iterator[AddEvent]:
            yield from add_items(self._library, [small.paper("z", "From a collection")], lambda: 1.0)
            raise SourceError("The program is gone.", "Start it.")

    monkeypatch.setattr("assistant.watch.sources.OPENERS", {WatchKind.ZOTERO: Collection})
    watch = living.assistant.watches.add("zotero:Reading list")
    report = living.update()
    assert [(paper.title, paper.watch) for paper in report.digest.papers] == [("From a collection", watch.source)]
    assert [(outcome.added, outcome.fault) for outcome in report.watches] == [(1, "The program is gone. Start it.")]
