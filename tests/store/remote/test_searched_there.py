"""A library that is searched in its Chroma server answers as one with an index of its own does."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from store.chroma.access import ServerAccess
from store.dedup.merge import records_of
from store.doctor import examine
from store.errors import LibraryError, StoreUnreachable
from store.filters import Filters
from store.index.snapshot import Snapshot
from store.ingest import add_items
from store.library import BATCH, Library
from store.paper import Author, Paper
from store.remote.view import ServerView
from store.remote.words import RemoteWords
from store.results import BatchStored
from store.search import measure_cosines
from tests.store.chroma_server import ChromaServer
from tests.store.samples import ids, library, pairs, paper, papers, put, unsound

VARIED = [
    Paper(
        id="frogs",
        title="Counting frogs in ponds",
        abstract="We count frogs by their calls. Large language models (LLMs) sort the calls.",
        authors=(Author(name="Ethan Che", position=1), Author(name="Hongseok Namkoong", position=2)),
        date="2019-05-02",
        venue="Journal of Machine Learning Research",
        keywords=("frogs", "bioacoustics"),
        tags=("to read",),
        categories=("LG",),
        identifiers={"doi": "10.1000/frogs"},
        citation_count=12,
        language="en",
    ),
    Paper(
        id="newts",
        title="Newts at night",
        abstract="Newts move at night. We follow each newt with a lamp.",
        authors=(Author(name="Jürgen Müller", position=1),),
        date="2021",
        venue="Nature",
        categories=("AI", "ML"),
        citation_count=300,
        kind="review",
    ),
    Paper(id="toads", title="Toads", abstract="", authors=(Author(name="E. Chen", position=1),), date=None),
    Paper(
        id="withdrawn",
        title="Frogs that fly",
        abstract="Frogs fly.",
        authors=(Author(name="Ada Poe", position=1), Author(name="Ethan Che", position=2)),
        date="2019-05",
        retraction="retracted",
    ),
]
CONDITIONS = [
    Filters(),
    Filters(author=("Che",)),
    Filters(author=("E. Che",)),
    Filters(author=("Mueller",)),
    Filters(first_author=("Che",)),
    Filters(last_author=("Namkoong", "Che")),
    Filters(single_author=True),
    Filters(single_author=False),
    Filters(min_authors=2, max_authors=2),
    Filters(min_authors=2),
    Filters(max_authors=1),
    Filters(states=("doi", "venue")),
    Filters(without=(Filters(states=("keywords",)),)),
    Filters(without=(Filters(min_authors=2),)),
    Filters(title="frogs"),
    Filters(year_from=2020),
    Filters(year_to=2019),
    Filters(years=(2019, 2021)),
    Filters(date_from="2019-05-02"),
    Filters(date_to="2019-05-01"),
    Filters(category=("ML", "LG")),
    Filters(venue=("JMLR",)),
    Filters(venue=("J. Mach. Learn. Res.",)),
    Filters(keyword=("bioacoustics",)),
    Filters(tag=("to read",)),
    Filters(kind=("review",)),
    Filters(language=("English",)),
    Filters(has_abstract=False),
    Filters(retracted=False),
    Filters(retracted=True),
    Filters(min_citations=100),
    Filters(max_citations=100),
    Filters(text="frogs call"),
    Filters(ids=("doi:10.1000/frogs", "newts")),
    Filters(ids=()),
    Filters(without=(Filters(author=("Che",)),)),
    Filters(without=(Filters(category=("ML",), year_from=2020),)),
    Filters(either=(Filters(author=("Müller",)), Filters(text="fly"))),
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaServer]:
    """One server for all tests here."""
    running = ChromaServer(tmp_path_factory.mktemp("chroma") / "data")
    running.start()
    yield running
    running.kill()


def client(folder: Path, server: ChromaServer, name: str = "pond") -> Library:
    """A client that searches in the server."""
    return library(folder, ServerAccess(server.url, collection=name, search="server"))


@pytest.fixture(scope="module")
def varied(server: ChromaServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Library, Library]]:
    """The same papers in a server and in a folder."""
    folder = tmp_path_factory.mktemp("varied")
    there, here = client(folder / "there", server, "varied"), library(folder / "here")
    for one in (there, here):
        put(one, [*papers(60), *VARIED])
    yield there, here
    there.close()
    here.close()


@pytest.fixture
def pond(server: ChromaServer, tmp_path: Path) -> Iterator[tuple[Library, Library]]:
    """Two clients of a library that is empty at first and gone afterwards."""
    two = client(tmp_path / "one", server), client(tmp_path / "two", server)
    yield two
    for name in ("pond", "pond-names", "pond-words"):
        if name in server.collections():
            two[0].chroma._open().delete_collection(name)
    for one in two:
        one.close()


def look(varied: tuple[Library, Library]) -> list[Snapshot]:
    """The views of both."""
    return [view for view in (one.view() for one in varied) if view is not None]


def test_nothing_is_copied(varied: tuple[Library, Library]) -> None:
    there, _ = varied
    assert isinstance(there.view(), ServerView)
    assert not (there.folder / "index").exists()


@pytest.mark.parametrize("filters", CONDITIONS, ids=lambda one: str(one.model_dump(exclude_defaults=True))[:60])
def test_a_filter_lets_through_what_it_does_in_an_index(varied: tuple[Library, Library], filters: Filters) -> None:
    there, here = look(varied)
    assert sorted(there.list_ids(filters)) == sorted(here.list_ids(filters))
    assert there.count_fitting(filters) == here.count_fitting(filters) == len(here.rows(filters))


@pytest.mark.parametrize("oldest", [False, True])
def test_papers_come_in_the_order_of_their_dates(varied: tuple[Library, Library], oldest: bool) -> None:
    there, here = (list(one.papers(oldest_first=oldest)) for one in varied)
    assert [one.date for one in there] == [one.date for one in here]
    assert sorted(ids(there)) == sorted(ids(here))
    view = varied[0].view()
    assert view
    assert view.list_ids(Filters(), limit=2) == ["newts", "withdrawn"] or view.list_ids(Filters(), limit=1) == ["newts"]
    assert view.list_ids(Filters(), most_cited=True) == ["newts", "frogs"]


@pytest.mark.parametrize("question", ["frogs and their calls", "number3", "enzymes with 4 steps", "newt lamp night"])
def test_a_search_finds_what_an_index_finds(varied: tuple[Library, Library], question: str) -> None:
    there, here = (one.search(question, 10) for one in varied)
    assert there[0].paper == here[0].paper
    assert [sentence.text for sentence in there[0].sentences] == [sentence.text for sentence in here[0].sentences]
    for one, other in zip(there, here, strict=True):  # Papers of one score come in another order.
        assert one.score == pytest.approx(other.score, abs=0.02)
        assert one.bm25 == pytest.approx(other.bm25, abs=0.3)
        assert one.stands_out == pytest.approx(other.stands_out, abs=0.1)


def test_a_search_stays_within_its_filters(varied: tuple[Library, Library]) -> None:
    there, here = (one.search("frogs", 5, Filters(retracted=False, author=("Che",))) for one in varied)
    assert ids(hit.paper for hit in there) == ids(hit.paper for hit in here) == ["frogs"]


def test_the_words_of_rare_and_of_near_papers_are_asked_for_once(
    varied: tuple[Library, Library], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[str]] = []
    read = RemoteWords.read

    def note(words: RemoteWords, wanted: Sequence[str]) -> dict[str, str]:
        asked.append(sorted(wanted))
        return read(words, wanted)

    monkeypatch.setattr(RemoteWords, "read", note)
    assert varied[0].search("to move and to follow", 1)[0].paper.id == "newts"
    view = varied[0].view()
    assert view
    assert [len(wanted) for wanted in asked if wanted] == [view.count]  # all are near, and some have a rare word


def test_rare_words_that_were_kept_are_looked_up_again_where_too_many_are(
    varied: tuple[Library, Library], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.remote.view.COUNTED", 0)
    view = varied[0].view()
    assert isinstance(view, ServerView)
    view.find_rare(["newt"], 5, [])
    papers, _ = view.find_rare(["newt", "frog"], 5, [])
    assert "newts" in {paper_id for paper_id, _, _ in papers}


def test_names_are_understood(varied: tuple[Library, Library]) -> None:
    there, here = look(varied)
    for name in ("Che", "E. Che", "Ethan Che", "Müller", "Lovelace3", "nobody"):
        assert there.find_authors(name) == here.find_authors(name)
    for name in ("Namkong", "Muler", "Lovelase3"):
        assert there.suggest_author(name) == here.suggest_author(name)
    for field, name in (("venue", "jmlr"), ("venue", "machine learning"), ("keyword", "frogs"), ("tag", "read")):
        assert there.find_values(field, name) == here.find_values(field, name)
    assert there.find_equivalents("LLM") == here.find_equivalents("LLM") == ("Large language models",)
    assert there.list_short_forms("language models") == here.list_short_forms("language models")
    assert list(there.count_by_year()) == list(here.count_by_year())
    assert set(there.count_by_category()) == set(here.count_by_category())
    for term in ("frog", "studi", "method", "xyzzy"):
        assert there.count_term(term) == here.count_term(term)
    assert there.list_terms("fro") == here.list_terms("fro")
    assert there.spell_term("enzym") == here.spell_term("enzym")
    assert [there.has_category("LG"), there.has_language("en"), there.count_kind("review")] == [True, True, 1]
    assert there.count_by_author("lovelace1") == here.count_by_author("lovelace1")


def test_papers_are_found_by_what_they_are_called(varied: tuple[Library, Library]) -> None:
    there, here = look(varied)
    for words in (["counting", "frogs"], ["newts", "at", "ni"]):
        assert ids(there.find_by_title_words(words, 5)) == ids(here.find_by_title_words(words, 5))
    assert ids(there.find_by_title_words(["countinh", "frogs"], 5, typos=True)) == ["frogs"]
    assert varied[0].paper("doi:10.1000/frogs").id == "frogs"
    assert there.find_by_words("we count frogs by their calls", 0.6, Filters(), 5)[0] == "frogs"
    similar = varied[0].find_similar("p1", 3)
    assert [hit.score for hit in similar] == pytest.approx([hit.score for hit in varied[1].find_similar("p1", 3)])


def test_how_near_papers_are_to_a_question_is_told_from_a_sample(varied: tuple[Library, Library]) -> None:
    vector = varied[0].embed_question("enzymes and robots")
    there, here = look(varied)
    assert measure_cosines(there, vector) == pytest.approx(measure_cosines(here, vector), abs=1e-3)


def test_keys_that_papers_share_are_listed(pond: tuple[Library, Library]) -> None:
    put(pond[0], [paper(1, id="a", title="Editorial", identifiers={"doi": "10.1000/1"}), paper(2)])
    pond[0].chroma.upsert(
        [
            record._replace(paper=record.paper.model_copy(update={"id": "b"}))
            for record in pond[0].chroma.get(["a"], True).values()
        ]
    )
    view = pond[1].view()
    assert view
    assert view.list_shared_keys() == ["doi:10.1000/1"]


def test_what_another_client_changes_is_seen_at_once(pond: tuple[Library, Library]) -> None:
    one, two = pond
    put(one, papers(10))
    assert two.search("number3", 1)[0].paper == paper(3)
    put(one, [paper(3, abstract="Volcanoes now.")])
    assert two.search("volcanoes", 1)[0].paper.id == "p3"
    assert two.search("number3", 1)[0].paper.abstract != "Volcanoes now."
    two.remove(["p3"])
    assert one.get(["p3"]) == []
    assert len(list(one.papers())) == 9
    assert unsound(one) == unsound(two) == []


def test_the_words_of_a_paper_are_beside_it_and_go_with_it(pond: tuple[Library, Library]) -> None:
    one, two = pond
    put(one, papers(5))
    words = one.chroma._open().get_collection("pond-words")
    assert sorted(words.get(include=[])["ids"]) == ["p0", "p1", "p2", "p3", "p4"]
    put(one, [paper(3, abstract="Volcanoes, volcanoes.")])
    assert " volcano:2 " in words.get(ids=["p3"])["metadatas"][0]["record0"]
    two.remove(["p3"])
    assert sorted(words.get(include=[])["ids"]) == ["p0", "p1", "p2", "p4"]


def test_a_paper_whose_words_are_not_there_is_ranked_by_those_of_its_record(pond: tuple[Library, Library]) -> None:
    one, two = pond
    put(one, papers(5))
    ranked = [(hit.paper.id, hit.bm25) for hit in one.search("number3 pond", 5)]
    one.chroma._open().get_collection("pond-words").delete(ids=["p3", "p4"])
    assert [(hit.paper.id, hit.bm25) for hit in two.search("number3 pond", 5)] == ranked
    assert ranked[0][0] == "p3"
    assert ranked[0][1] > 0


def test_a_server_that_dies_in_an_import_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    (tmp_path / "chroma").mkdir()
    server = ChromaServer(tmp_path / "chroma" / "data")
    server.start()
    one = client(tmp_path / "one", server)
    running = add_items(one, papers(4 * BATCH), lambda: 0.0)
    stored = next(running)
    assert isinstance(stored, BatchStored)
    server.kill()
    with pytest.raises(StoreUnreachable, match="Nothing was lost"):
        list(running)
    with pytest.raises(StoreUnreachable):
        one.search("number3")
    server.start()
    assert len(list(one.papers())) >= stored.added == BATCH
    assert put(one, papers(4 * BATCH)).added <= 3 * BATCH
    assert sorted(ids(one.papers())) == sorted(ids(papers(4 * BATCH)))
    assert one.search("number200", 1)[0].paper == paper(200)
    assert unsound(one) == []
    one.close()
    server.kill()


def test_clients_that_add_at_once_end_with_one_paper_each(pond: tuple[Library, Library], tmp_path: Path) -> None:
    records = pairs(2 * BATCH)
    streams = [add_items(one, order, lambda: 0.0) for one, order in zip(pond, (records, records[::-1]), strict=True)]
    while streams:
        streams = [stream for stream in streams if next(stream, None) is not None]
    alone = library(tmp_path / "alone")
    put(alone, records)
    assert {frozenset(ids(records_of(found))) for found in pond[0].papers()} == {
        frozenset(ids(records_of(found))) for found in alone.papers()
    }
    alone.close()


def test_a_text_that_is_not_what_was_stored_is_marked_and_no_answer_rests_on_it(pond: tuple[Library, Library]) -> None:
    one, two = pond
    put(one, papers(5))
    collection = one.chroma._open().get_collection("pond")
    metadata = collection.get(ids=["p3"], include=["metadatas"])["metadatas"][0]
    collection.update(ids=["p3"], metadatas=[{"record0": metadata["record0"].replace("fast", "slow")}])
    assert two.get(["p3"])[0].damage
    assert "p3" not in ids(hit.paper for hit in two.search("number3", 5))


def test_an_older_library_is_searched_there_once_its_fields_are_written(
    server: ChromaServer, pond: tuple[Library, Library], tmp_path: Path
) -> None:
    one, _ = pond
    one.chroma.searchable = None
    put(one, papers(20))
    state = one.chroma.state()
    one.chroma.set_state(state.model_copy(update={"fields": 0, "version": 2}))
    new = client(tmp_path / "new", server)
    with pytest.raises(LibraryError, match=r"cannot be searched there.*doctor --repair"):
        new.view()
    copy = library(tmp_path / "copy", ServerAccess(server.url, collection="pond", search="local"))
    assert copy.search("number3", 1)[0].paper.id == "p3"
    assert copy.renew_fields() == 20
    assert copy.renew_fields() == 0
    assert new.search("number3", 1)[0].paper.id == "p3"
    assert new.view().list_ids(Filters(text="number7")) == ["p7"]  # type: ignore[union-attr]
    new.close()
    copy.close()


def test_a_client_without_a_copy_or_with_an_old_one_has_a_healthy_library(
    server: ChromaServer, pond: tuple[Library, Library], tmp_path: Path
) -> None:
    put(pond[0], papers(5))
    copy = library(tmp_path / "copy", ServerAccess(server.url, collection="pond", search="local"))
    checks = {check.name: check for check in examine(copy)}
    assert all(check.ok for check in checks.values())
    assert checks["index"].detail == "there is no copy here; a search that needs one brings it up to date"
    copy.search("number3", 1)
    put(pond[0], papers(9))
    checks = {check.name: check for check in examine(copy)}
    assert all(check.ok for check in checks.values())
    assert checks["index"].detail == "the copy here is of an older state; a search that needs one brings it up to date"
    assert "indexed" not in checks
    copy.search("number7", 1)
    checks = {check.name: check for check in examine(copy)}
    assert (checks["index"].detail, checks["indexed"].detail) == ("9 papers", "all 9 are right")
    copy.close()


def test_a_large_library_is_searched_there_unless_a_copy_is_in_step(
    server: ChromaServer, pond: tuple[Library, Library], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(pond[0], papers(30))
    auto = library(tmp_path / "auto", ServerAccess(server.url, collection="pond"))
    assert not isinstance(auto.view(), ServerView)
    monkeypatch.setattr("store.library.SEARCHED_THERE", 29)
    assert not isinstance(auto.view(), ServerView)
    put(pond[0], papers(31))
    assert isinstance(auto.view(), ServerView)
    assert auto.search("number30", 1)[0].paper.id == "p30"
    auto.close()


def test_what_would_read_all_papers_is_refused_in_words(
    varied: tuple[Library, Library], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.remote.view.MOST_READ", 20)
    view = varied[0].view()
    assert view
    with pytest.raises(LibraryError, match=r"64 are on a server.*--server-search local"):
        view.read_fields(Filters())
    with pytest.raises(LibraryError, match=r"may be twice.*64 are on a server"):
        view.list_shared_keys()
    assert len(view.read_fields(Filters(author=("Che",)))) == 2
