"""Text of papers that was changed in Chroma's SQLite file: it is put back, or marked, and never taken for sound."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from store.dedup.merge import records_of
from store.doctor import Check, examine, repair
from store.library import Library
from store.paper import Paper
from store.record import DAMAGE, UNREADABLE, pack
from tests.store.samples import library as opened
from tests.store.samples import paper, papers, put, wrong

SOURCE = {"file": "a.bib", "line": 3, "format": "bibtex"}


def changed(of: Library, paper_id: str, old: str, new: str, key: str = "record0") -> None:
    """Change what is stored of a paper, by hand, in the file that Chroma keeps it in."""
    of.close()
    where = "key = ? AND id = (SELECT id FROM embeddings WHERE embedding_id = ?)"
    with closing(sqlite3.connect(of.folder / "chroma" / "chroma.sqlite3")) as database, database:
        (before,) = database.execute(
            f"SELECT string_value FROM embedding_metadata WHERE {where}", (key, paper_id)
        ).fetchone()
        assert old in before
        after = before.replace(old, new)
        database.execute(f"UPDATE embedding_metadata SET string_value = ? WHERE {where}", (after, key, paper_id))


def content(checks: tuple[Check, ...]) -> Check:
    return next(check for check in checks if check.name == "content")


def failed(checks: tuple[Check, ...]) -> list[str]:
    return [check.name for check in checks if not check.ok]


def without_index(of: Library) -> None:
    of.close()
    shutil.rmtree(of.folder / "index")


DAMAGES = {
    "a word": ("fast", "slow", "record0"),
    "its JSON": ('{"id"', "?id", "record0"),
    "its id": ('"id":"p3"', '"id":"p4"', "record0"),
    "its hash": (paper(3).content_hash()[:9], "123456789", "hash"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_the_copy_in_the_index_is_put_back(twenty: Library, damage: str) -> None:
    changed(twenty, "p3", *DAMAGES[damage])
    seen = {"its hash": ["content", "indexed"], "its id": []}  # Chroma has the id in another place, too.
    assert failed(examine(twenty)) == seen.get(damage, ["content"])
    assert failed(repair(twenty)) == []
    assert twenty.paper("p3") == paper(3)
    stored = twenty.chroma.get(["p3"])["p3"]
    assert (stored.paper, stored.hash) == (paper(3), paper(3).content_hash())


def test_it_is_reported_before_it_is_mended(twenty: Library) -> None:
    changed(twenty, "p3", "fast", "slow")
    check = content(examine(twenty))
    assert check.detail == "1 of 20 do not match their hash: p3"
    assert check.hint.startswith("Run: conspectus doctor --repair: it takes them from the index")


@pytest.mark.parametrize("how", ["rebuild", "re-embed"])
def test_what_builds_the_index_anew_puts_its_good_copy_back_first(twenty: Library, how: str) -> None:
    changed(twenty, "p3", "fast", "slow")
    again = opened(twenty.folder, dimension=16 if how == "re-embed" else 64)
    assert (again.reembed() if how == "re-embed" else again.rebuild_index()) == 20
    assert again.paper("p3") == paper(3)
    assert again.chroma.get(["p3"])["p3"].paper == paper(3)
    again.close()


@pytest.mark.parametrize("damage", ["a word", "its JSON", "its hash"])
def test_without_a_good_copy_it_is_marked_and_never_stamped_anew(twenty: Library, damage: str) -> None:
    changed(twenty, "p3", *DAMAGES[damage])
    before = twenty.chroma.get(["p3"])["p3"].hash
    without_index(twenty)
    for _ in range(2):  # Mending it again changes nothing.
        checks = repair(twenty)
        assert failed(checks) == ["content"]
        assert content(checks).detail == "1 of 20 are damaged, and marked so: p3"
        assert content(checks).hint == "Add the files again that they are from. Until then no answer rests on them."
        found = twenty.paper("p3")
        assert found.damage == DAMAGE
        assert found.title == (UNREADABLE if damage == "its JSON" else paper(3).title)
        assert found.marked_title == f"[damaged] {found.title}"
        assert twenty.chroma.get(["p3"])["p3"].hash == f"damaged:{before}"
    assert "number3" in (found.abstract or str(found.extra["unreadable"]))


def test_a_reader_marks_it_where_nobody_asked_the_doctor(twenty: Library) -> None:
    changed(twenty, "p3", "fast", "slow")
    without_index(twenty)
    assert [one.id for one in twenty.papers() if one.damage] == ["p3"]
    assert "p3" not in {hit.paper.id for hit in twenty.search("number3", 20)}
    assert len(twenty.search("number3", 20)) == 19
    assert len(twenty.search("number3", 5)) == 5


def test_the_mark_outlasts_other_writes_and_a_new_embedder(twenty: Library) -> None:
    changed(twenty, "p3", "fast", "slow")
    without_index(twenty)
    put(twenty, papers(2, first=20))
    twenty.rebuild_index()
    other = opened(twenty.folder, dimension=16)
    other.reembed()
    other.restore_vectors()
    assert [one.id for one in other.papers() if one.damage] == ["p3"]
    assert failed(examine(other)) == ["content"]
    other.close()


@pytest.mark.parametrize("mended", [True, False], ids=["repaired", "not repaired"])
@pytest.mark.parametrize("damage", ["a word", "its JSON", "its hash"])
def test_adding_its_file_again_heals_it(twenty: Library, damage: str, mended: bool) -> None:
    changed(twenty, "p3", *DAMAGES[damage])
    without_index(twenty)
    if mended:
        repair(twenty)
    report = put(twenty, papers(20))
    assert (report.updated, report.unchanged) == (1, 19)
    assert twenty.paper("p3") == paper(3)
    assert twenty.search("number3", 1)[0].paper == paper(3)
    if not mended:
        repair(twenty)
    assert wrong(twenty) == []
    assert put(twenty, papers(20)).unchanged == 20


def test_a_newer_state_of_it_heals_it_too(library: Library) -> None:
    put(library, [paper(3, source=SOURCE), paper(4)])
    changed(library, "p3", "fast", "slow")
    without_index(library)
    checks = repair(library)
    assert content(checks).hint == "Add the files again that they are from: a.bib. Until then no answer rests on them."
    newer = paper(3, title="Another title", abstract="It was rewritten.", source=SOURCE)
    assert put(library, [newer]).updated == 1
    assert library.paper("p3") == newer
    assert wrong(library) == []


def test_a_paper_of_several_records_is_healed_when_all_of_them_were_read_again(library: Library) -> None:
    doi = {"doi": "10.1000/3"}
    records = [
        paper(3, id=f"r{n}", title="One and the same", identifiers=doi, source={"file": f"{n}.bib"}) for n in range(2)
    ]
    put(library, records)
    (whole,) = library.papers()
    assert [one.id for one in whole.records] == ["r0", "r1"]
    changed(library, "r0", "fast", "slow")
    without_index(library)
    repair(library)
    assert put(library, records[:1]).updated == 1
    (half,) = library.papers()
    assert [bool(one.damage) for one in records_of(half)] == [False, True]
    assert half.damage
    assert failed(examine(library)) == ["content"]
    assert put(library, records).updated == 1
    assert list(library.papers()) == [whole]
    assert wrong(library) == []


def test_a_mark_is_no_part_of_the_hash_and_is_not_lost_on_the_way() -> None:
    marked = paper(3).model_copy(update={"damage": DAMAGE})
    assert marked.content_hash() == paper(3).content_hash()
    assert Paper.model_validate_json(marked.model_dump_json()).damage == DAMAGE
    assert "damage" in pack(marked)
    assert "damage" not in pack(paper(3))


def test_exported_damage_stays_marked(library: Library, tmp_path: Path) -> None:
    put(library, [paper(3).model_copy(update={"damage": DAMAGE})])
    assert library.paper("p3").damage == DAMAGE
    assert failed(examine(library)) == ["content"]
