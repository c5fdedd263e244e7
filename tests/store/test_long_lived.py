"""Processes that keep a library open and write in turns, as a chat and the commands of a shell beside it do."""

from contextlib import ExitStack
from pathlib import Path

from store.library import Library
from tests.store.long_lived import LongLived
from tests.store.samples import ids, papers, wrong

# Chroma writes its vector index every 1000 papers: the library has 1100 before, and more than 2000 afterwards.
ROUNDS, PAPERS, BEFORE = 20, 20, 1100


def test_three_that_write_in_turns_tear_nothing(large: Library) -> None:
    large.close()
    with ExitStack() as stack:
        writers = [stack.enter_context(LongLived(large.folder)) for _ in range(3)]
        for turn in range(ROUNDS * len(writers)):
            writer = writers[turn % len(writers)]
            assert writer.do("add", BEFORE + turn * PAPERS, PAPERS) == str(PAPERS)
            if turn % 7 == 0:
                assert writer.do("remove", f"p{turn}") == "removed"
        left = BEFORE + ROUNDS * len(writers) * PAPERS - len(range(0, ROUNDS * len(writers), 7))
        assert [writer.do("count") for writer in writers] == [str(left)] * 3
    gone = {f"p{turn}" for turn in range(0, ROUNDS * 3, 7)}
    everything = ids(papers(BEFORE + ROUNDS * 3 * PAPERS))
    assert sorted(ids(large.papers())) == sorted(set(everything) - gone)
    assert wrong(large) == []


def test_two_libraries_in_one_process_share_what_another_one_wrote(twenty: Library, tmp_path: Path) -> None:
    """One of them alone closed would leave Chroma's own client of the folder open, and old."""
    from tests.store.samples import library, put

    beside = library(twenty.folder)
    put(twenty, papers(25))
    assert beside.chroma.count() == 25
    with LongLived(twenty.folder) as other:
        assert other.do("add", 25, 15) == "15"
        assert put(beside, papers(45)).added == 5
        assert other.do("add", 45, 5) == "5"
        assert put(twenty, papers(51)).added == 1
    assert wrong(twenty) == []
    assert len(list(beside.papers())) == 51
    beside.close()
