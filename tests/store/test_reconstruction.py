"""A store that is built again from the index, and the copy of what the library says of itself."""

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from store.dedup.keys import id_key
from store.doctor import examine, repair
from store.errors import EmbedderError, LibraryDamaged
from store.library import Library
from store.paper import Profile
from store.record import pack
from store.state_copy import NAME, StateCopy
from store.stored_embedder import find_stored_embedder
from tests.store.samples import ids, library, paper, papers

ADA = Profile(name="Ada", h_index=12)


@pytest.fixture
def told(twenty: Library) -> Library:
    """A library with a profile and a decision."""
    with twenty.open_writer("test") as writer:
        writer.add_profile(ADA)
        writer.decide([(id_key("p1"), id_key("p2"))], together=False)
    return twenty


def lose_store(of: Library) -> None:
    of.close()
    os.truncate(of.folder / "chroma" / "chroma.sqlite3", 100_000)


def failed(of: Library) -> list[str]:
    return [check.name for check in examine(of) if not check.ok]


def test_papers_vectors_profiles_and_decisions_come_back(told: Library) -> None:
    before = {record.paper.id: record.vector for page in told.chroma.pages(vectors=True) for record in page}
    apart = told.chroma.state().apart
    lose_store(told)
    assert told.profiles() == (ADA,)
    assert "are read from the index" in told.warning
    count, aside = told.rebuild_store()
    assert (count, aside) == (20, told.folder / "chroma-broken-1")
    assert told.chroma.state().apart == apart
    after = {record.paper.id: record.vector for page in told.chroma.pages(vectors=True) for record in page}
    assert after.keys() == before.keys()
    assert all(np.allclose(np.asarray(before[one]), np.asarray(after[one]), atol=1e-6) for one in before)
    assert failed(told) == []


def test_without_the_copy_of_the_stamp_the_papers_come_back(told: Library) -> None:
    lose_store(told)
    (told.folder / NAME).unlink()
    told.rebuild_store()
    assert sorted(ids(told.papers())) == sorted(ids(papers(20)))
    assert told.profiles() == ()
    assert failed(told) == []


def test_what_was_broken_off_begins_again(told: Library) -> None:
    lose_store(told)
    (told.folder / "chroma.part").mkdir()
    (told.folder / "chroma.part" / "chroma.sqlite3").write_text("half")
    assert told.rebuild_store()[0] == 20
    assert not (told.folder / "chroma.part").exists()


def test_a_library_whose_store_and_index_are_gone_is_not_taken_for_an_empty_one(told: Library) -> None:
    told.close()
    for name in ("chroma", "index"):
        (told.folder / name).rename(told.folder / f"{name}.gone")
    again = library(told.folder)
    with pytest.raises(LibraryDamaged, match="are gone"):
        again.view()


def change_text(of: Library, content: str | None = None) -> None:
    """Put another text of p3 into the store, with the hash that it has."""
    false = paper(3, abstract="It needs 99 steps.")
    with closing(sqlite3.connect(of.folder / "chroma" / "chroma.sqlite3")) as database, database:
        where = "id = (SELECT id FROM embeddings WHERE embedding_id = 'p3')"
        database.execute(
            f"UPDATE embedding_metadata SET string_value = ? WHERE key = 'record0' AND {where}", (pack(false),)
        )
        if content is None:
            content = false.content_hash()
        database.execute(f"UPDATE embedding_metadata SET string_value = ? WHERE key = 'hash' AND {where}", (content,))


def test_of_two_texts_that_both_fit_a_hash_none_is_believed_and_its_file_heals_it(twenty: Library) -> None:
    twenty.close()
    change_text(twenty)
    assert failed(twenty) == ["indexed"]
    assert twenty.paper("p3").damage
    assert [hit.paper.id for hit in twenty.search("number3", 3) if hit.paper.id == "p3"] == []
    repair(twenty)
    assert twenty.paper("p3").damage
    assert failed(twenty) == ["content"]
    with twenty.open_writer("add") as writer:
        writer.put([paper(3)])
    assert twenty.paper("p3") == paper(3)
    assert failed(twenty) == []


def test_a_text_of_the_store_that_does_not_fit_its_hash_yields_to_the_index(twenty: Library) -> None:
    twenty.close()
    change_text(twenty, paper(3).content_hash())
    assert twenty.paper("p3") == paper(3)
    assert failed(twenty) == ["content"]
    repair(twenty)
    assert failed(twenty) == []
    assert twenty.chroma.get(["p3"])["p3"].paper == paper(3)


def test_a_stamp_that_says_otherwise_than_its_copy_is_told_and_reduced_to_what_both_say(told: Library) -> None:
    state = told.chroma.state()
    other = Profile(name="Bo", h_index=99)
    told.chroma.set_state(state.model_copy(update={"profiles": (ADA, other)}))
    assert failed(told) == ["stamp"]
    with pytest.raises(LibraryDamaged, match="says of itself"):
        told.profiles()
    repair(told)
    assert told.profiles() == (ADA,)
    assert failed(told) == []


def test_a_copy_that_is_not_what_was_written_is_none(told: Library) -> None:
    copy, file = StateCopy(told.folder), told.folder / NAME
    assert copy.read() == told.chroma.state()
    content = json.loads(file.read_text())
    content["metadata"]["state"] = content["metadata"]["state"].replace("12", "99")
    file.write_text(json.dumps(content))
    assert copy.read() is None
    for broken in (b"", b"{", b"[]", b"\xff\xfe"):
        file.write_bytes(broken)
        assert copy.read() is None
    told.close()
    assert library(told.folder).profiles() == (ADA,)
    assert StateCopy(told.folder).read() == told.chroma.state()


def test_the_embedder_need_not_be_there_to_read(twenty: Library, tmp_path: Path) -> None:
    embedder = find_stored_embedder(twenty.folder)
    assert embedder
    assert embedder.stamp == twenty.embedder.stamp
    with pytest.raises(EmbedderError, match="without its embedder hash-64"):
        embedder.embed(["a"])
    lose_store(twenty)
    assert find_stored_embedder(twenty.folder)
    assert find_stored_embedder(tmp_path / "none") is None
