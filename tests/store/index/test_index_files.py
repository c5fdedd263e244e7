"""What is noticed of files of an index that are not what was written, and what removed papers leave behind."""

import json
import os
from pathlib import Path

import pytest

from store.index.index import STAMP, IndexDamaged
from store.index.index_files import check_files, count_removed, list_files
from store.library import Library
from tests.store.samples import ids, paper, papers, put


def words(library: Library) -> Path:
    return library.folder / "index" / "tantivy"


def turn_bit(file: Path, place: int, *, keep_time: bool = False) -> None:
    stat, content = file.stat(), bytearray(file.read_bytes())
    content[place] ^= 1
    file.write_bytes(content)
    if keep_time:
        os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def test_every_file_of_tantivy_has_a_checksum_that_fits(twenty: Library) -> None:
    check_files(words(twenty), {}, everything=True)
    assert len(list_files(words(twenty))) >= 6


def test_one_bit_of_any_of_them_is_noticed(twenty: Library) -> None:
    for name in list_files(words(twenty)):
        file = words(twenty) / name
        turn_bit(file, file.stat().st_size // 3)
        with pytest.raises(ValueError, match=rf"{name} is not what was written"):
            check_files(words(twenty), {})
        turn_bit(file, file.stat().st_size // 3)
    check_files(words(twenty), {})


def test_files_as_they_were_are_not_read_again_but_where_everything_is(twenty: Library) -> None:
    known = list_files(words(twenty))
    turn_bit(words(twenty) / next(iter(known)), 0, keep_time=True)
    check_files(words(twenty), known)
    with pytest.raises(ValueError, match="is not what was written"):
        check_files(words(twenty), known, everything=True)
    with pytest.raises(IndexDamaged, match="is not what was written"):
        twenty.index.check_everything()


@pytest.mark.parametrize("place", [0, 20 * 64 * 4 - 1])
def test_one_bit_of_a_vector_is_noticed(twenty: Library, place: int) -> None:
    turn_bit(twenty.folder / "index" / "vectors.f32", place)
    twenty.close()
    with pytest.raises(IndexDamaged, match="the file of vectors is not what was written"):
        twenty.index.snapshot()
    assert twenty.search("number7", 1)[0].paper == paper(7)


def test_a_row_behind_those_that_were_stamped_does_no_harm(twenty: Library) -> None:
    with (twenty.folder / "index" / "vectors.f32").open("ab") as file:
        file.write(bytes(64 * 4))
    twenty.close()
    assert twenty.index.snapshot().count == 20


def test_an_index_of_fewer_papers_than_it_says_is_built_again(twenty: Library) -> None:
    meta = words(twenty) / "meta.json"
    content = json.loads(meta.read_text())
    content["segments"] = content["segments"][1:]
    meta.write_text(json.dumps(content))
    twenty.close()
    assert sorted(ids(twenty.papers())) == sorted(ids(papers(20)))


def test_a_stamp_that_does_not_tell_all_is_none(twenty: Library) -> None:
    stamp = twenty.folder / "index" / STAMP
    content = json.loads(stamp.read_text())
    assert content["count"] == 20
    for name in ("count", "files", "vectors", "generation", "pending"):
        stamp.write_text(json.dumps({key: value for key, value in content.items() if key != name}))
        assert twenty.index.generation() == ""


def scores(library: Library) -> list[tuple[str, float, float]]:
    return [(hit.paper.id, hit.score, hit.bm25) for hit in library.search("number8 bandits fast steps", 10)]


def test_a_rebuilt_index_gives_the_scores_of_the_one_before(twenty: Library) -> None:
    put(twenty, papers(60))
    twenty.remove([f"p{n}" for n in range(0, 60, 7)])
    put(twenty, [paper(9, abstract="Another abstract about bandits, far shorter.")])
    assert {gone for _, gone in count_removed(words(twenty))} == {0}
    before = scores(twenty)
    twenty.rebuild_index()
    after = scores(twenty)
    assert [one[0] for one in after] == [one[0] for one in before]
    assert [one[2] for one in after] == pytest.approx([one[2] for one in before], abs=1e-5)
    assert [one[1] for one in after] == pytest.approx([one[1] for one in before], abs=1e-5)
