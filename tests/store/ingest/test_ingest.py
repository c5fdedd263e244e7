"""Adding papers."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.errors import ConspectusError, EmbedderError, SourceError
from store.filters import Filters
from store.ingest import add_file, add_items
from store.library import BATCH, Library
from store.paper import Problem, Profile
from store.readers import Item
from store.results import AddDone, AddReport, AddStarted, BatchStored, ProblemFound
from tests.store.samples import ids, paper, papers, put, unsound


def counts(report: AddReport) -> tuple[int, int, int]:
    return report.added, report.updated, report.unchanged


def written(path: Path, *records: object) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


def test_adding_twice_changes_nothing(library: Library) -> None:
    assert counts(put(library, papers(100))) == (100, 0, 0)
    generation = library.chroma.state().generation
    assert counts(put(library, papers(100))) == (0, 0, 100)
    assert library.chroma.state().generation == generation


def test_what_changed_is_updated(library: Library) -> None:
    put(library, papers(10))
    changed = [paper(3, abstract="Quite different: volcanoes."), *papers(2, first=10), *papers(3)]
    assert counts(put(library, changed)) == (2, 1, 3)
    assert library.paper("p3").abstract == "Quite different: volcanoes."
    assert library.search("volcanoes", 1)[0].paper.id == "p3"
    assert ids(library.papers(Filters(text="parsers number3"))) == []
    assert unsound(library) == []


def test_a_moved_file_updates_nothing(library: Library) -> None:
    put(library, [paper(1, source={"file": "a.txt"})])
    assert counts(put(library, [paper(1, source={"file": "b.txt"})])) == (0, 0, 1)


@pytest.mark.parametrize("distance", [0, BATCH])
def test_an_id_twice_in_one_import(library: Library, distance: int) -> None:
    between = papers(distance, first=100)
    other = paper(1, title="Heliotropes", source={"file": "a.jsonl", "line": 7})
    report = put(library, [paper(1), *between, paper(1), other])
    assert counts(report) == (2 + distance, 0, 1)
    assert report.problems == ()
    assert library.paper("p1") == paper(1)
    (kept,) = library.papers(Filters(text="Heliotropes"))
    assert kept.id.startswith("p1~")
    assert kept.records == (other,)
    assert counts(put(library, [paper(1), *between, other])) == (0, 0, 2 + distance)


def test_events_tell_what_is_stored(library: Library) -> None:
    problem = Problem(file="a", line=3, reason="why")
    events = list(add_items(library, [*papers(BATCH + 1), problem, Profile(name="A")], lambda: 0.5))
    assert [event for event in events if isinstance(event, BatchStored)] == [
        BatchStored(added=BATCH, updated=0, unchanged=0, fraction=0.5),
        BatchStored(added=BATCH + 1, updated=0, unchanged=0, fraction=0.5),
    ]
    assert [event.problem for event in events if isinstance(event, ProblemFound)] == [problem]
    last = events[-1]
    assert isinstance(last, AddDone)
    assert last.report.problems == (problem,)


def test_what_was_acknowledged_is_there_before_the_next_batch(library: Library) -> None:
    for event in add_items(library, papers(200), lambda: 0.0):
        if isinstance(event, BatchStored):
            assert len(list(library.papers())) == event.added


def test_stopping_early_keeps_what_was_stored_and_frees_the_lock(library: Library) -> None:
    running = add_items(library, papers(300), lambda: 0.0)
    next(running)
    running.close()  # type: ignore[attr-defined]
    assert len(list(library.papers())) == BATCH
    assert unsound(library) == []
    assert counts(put(library, papers(300))) == (300 - BATCH, 0, BATCH)


def test_an_empty_import_makes_an_empty_library(library: Library) -> None:
    assert counts(put(library, [])) == (0, 0, 0)
    assert list(library.papers()) == []
    assert library.search("anything") == []


def test_a_failing_reader_keeps_what_came_before(library: Library) -> None:
    def reader() -> Iterator[Item]:
        yield from papers(BATCH)
        raise SourceError("the file broke off")

    with pytest.raises(SourceError, match="broke off"):
        list(add_items(library, reader(), lambda: 0.0))
    assert len(list(library.papers())) == BATCH
    assert put(library, papers(3, first=500)).added == 3


def test_a_failing_embedder_stores_nothing_of_its_batch(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    put(library, papers(3))
    monkeypatch.setattr(library.embedder, "embed", _refuse)
    with pytest.raises(EmbedderError):
        put(library, papers(9))
    monkeypatch.undo()
    assert len(list(library.papers())) == 3
    assert unsound(library) == []


def _refuse(texts: list[str]) -> None:
    raise EmbedderError("no model")


def test_a_file_from_beginning_to_end(library: Library, tmp_path: Path) -> None:
    file = written(
        tmp_path / "papers.jsonl",
        {"id": "a", "title": "On A"},
        {"id": "b"},
        {"id": "c", "title": "On C", "abstract": "See."},
    )
    events = list(add_file(library, file))
    assert events[0] == AddStarted(file=str(file), total_bytes=file.stat().st_size)
    last = events[-1]
    assert isinstance(last, AddDone)
    assert counts(last.report) == (2, 0, 0)
    assert [problem.line for problem in last.report.problems] == [2]
    assert {found.source.line for found in library.papers()} == {1, 3}


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02binary", b"nothing that is known"])
def test_a_file_that_cannot_be_read_leaves_no_trace(library: Library, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)
    for path in (tmp_path / "file", tmp_path / "missing", tmp_path):
        with pytest.raises(ConspectusError, match=path.name):
            list(add_file(library, path))
    assert not library.folder.exists()


def test_a_paper_without_abstract_is_kept_found_and_marked(library: Library, tmp_path: Path) -> None:
    file = written(
        tmp_path / "papers.jsonl", {"id": "a", "title": "Heliotropic sunflowers"}, {"id": "b", "title": "On B"}
    )
    list(add_file(library, file))
    hit = library.search("sunflowers", 1)[0]
    assert (hit.paper.id, hit.paper.abstract, hit.sentences) == ("a", "", ())
    assert any("abstract" in warning for warning in hit.paper.warnings)


SCRIPTS = {
    "zh": ("深度学习的优化方法", "我们研究深度神经网络的随机梯度下降。结果很好。", "随机梯度下降"),
    "ar": ("تعلم الآلة للطب", "ندرس الشبكات العصبية في الطب. النتائج جيدة.", "العصبية"),
    "ru": ("Обучение машин", "Мы изучаем нейронные сети. Они быстры.", "нейронные"),
    "ja": ("機械学習入門", "ニューラルネットワークを研究する。", "ネットワーク"),
    "ko": ("기계 학습", "우리는 신경망을 연구한다.", "신경망을"),
    "el": ("Μηχανική μάθηση", "Μελετάμε νευρωνικά δίκτυα.", "νευρωνικά"),
}


def test_other_scripts_are_kept_and_found_by_a_word(library: Library) -> None:
    put(
        library,
        [paper(n, id=key, title=title, abstract=text) for n, (key, (title, text, _)) in enumerate(SCRIPTS.items())],
    )
    for key, (title, text, word) in SCRIPTS.items():
        stored = library.paper(key)
        assert (stored.title, stored.abstract) == (title, text)
        hits = library.search(word, 10)
        assert hits[0].paper.id == key, word
        assert hits[0].bm25 > 0, word
        assert ids(library.papers(Filters(text=word))) == [key]


HOSTILE = {
    "big": "A long abstract goes on. " * 7_900,
    "one word": "x" * 199_000,
    "controls": "".join(map(chr, range(32))) * 50 + "\x7f\x9b31m‮bidi",
    "escapes": "\x1b]0;title\x07 \x1b[31m red [/] <script> {braces} %s \\",
    "newlines": "\n" * 10_000,
    "emoji": "👩‍🔬" * 1000,
    "lone mark": "\u0301" * 100,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_abstracts_go_in_and_come_out(library: Library, name: str) -> None:
    given = paper(1, abstract=HOSTILE[name])
    put(library, [given, paper(2)])
    assert library.paper("p1") == given
    assert {hit.paper.id for hit in library.search("bandits number1", 5)} == {"p1", "p2"}
    assert unsound(library) == []


def test_hostile_files_go_in(library: Library, tmp_path: Path) -> None:
    records = [{"id": f"h{n}", "title": f"Title {n}", "abstract": text} for n, text in enumerate(HOSTILE.values())]
    file = tmp_path / "papers.jsonl"
    written(file, *records, {"id": "s", "title": "Half a pair", "abstract": "lone \ud800 surrogate", "odd": "\udfff"})
    last = list(add_file(library, file))[-1]
    assert isinstance(last, AddDone)
    assert last.report.added == len(records) + 1
    assert all("\x1b" not in found.abstract for found in library.papers())
    assert unsound(library) == []
