from pathlib import Path

import pytest

from assistant import Assistant, Overview
from assistant.catalogue import overview as overviews
from store.index.snapshot import Snapshot
from tests.assistant import small

FROGS = [
    small.paper(
        f"frog{n}",
        f"Tree Frogs {n}",
        "We study tree frogs. Their vocal sacs are large.",
        "Ann Ode, Bo Li",
        2018 + n,
        venue="Frog Letters",
        keywords=("pond",),
    )
    for n in range(4)
]
STARS = [small.paper(f"star{n}", f"On Neutron Stars {n}", "Neutron stars pulse.", "Cy Poe", 2020) for n in range(3)]
BARE = [small.paper("bare", "Minutes of a Meeting")]


@pytest.fixture(scope="module")
def pond(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """The papers above."""
    return small.assistant(tmp_path_factory.mktemp("pond"), [*FROGS, *STARS, *BARE])


def test_what_a_library_is_about(pond: Assistant) -> None:
    overview = pond.papers.overview()
    assert (overview.papers, overview.with_abstract, overview.author_count) == (8, 7, 3)
    assert [(theme.name, theme.papers) for theme in overview.themes][:2] == [("tree frogs", 4), ("neutron stars", 3)]
    assert all(theme.examples[0].startswith(("frog", "star")) for theme in overview.themes[:2])
    years = {tally.name: tally.papers for tally in overview.years}
    assert years == {"2018": 1, "2019": 1, "2020": 4, "2021": 1}
    assert [(tally.name, tally.papers) for tally in overview.authors] == [("Ann Ode", 4), ("Bo Li", 4), ("Cy Poe", 3)]
    assert [(tally.name, tally.papers) for tally in overview.venues] == [("Frog Letters", 4)]
    assert [(tally.name, tally.papers) for tally in overview.keywords] == [("pond", 4)]


def test_it_may_be_of_some_papers(pond: Assistant) -> None:
    overview = pond.papers.overview(author="Poe")
    assert (overview.papers, [theme.name for theme in overview.themes]) == (3, ["neutron stars"])
    assert pond.papers.overview(year_from=2030) == Overview()


def test_an_empty_library_is_about_nothing(tmp_path: Path) -> None:
    assert small.assistant(tmp_path).papers.overview() == Overview()


def assert_answered(assistant: Assistant) -> None:
    questions = assistant.papers.overview().questions
    assert len(questions) == 3
    for question in questions:
        answer = assistant.ask(question)
        assert not answer.abstained, question
        assert answer.references, question


def test_its_questions_are_answered(pond: Assistant, field: Assistant, namkoong: Assistant) -> None:
    for assistant in (pond, field, namkoong):
        assert_answered(assistant)


def test_its_questions_are_answered_where_records_say_little(tmp_path: Path) -> None:
    assert_answered(small.assistant(tmp_path / "bare", BARE))
    assert_answered(small.assistant(tmp_path / "some", [*BARE, FROGS[0]]))


def test_what_a_theme_counts_is_what_ask_lists(namkoong: Assistant) -> None:
    for theme in namkoong.papers.overview().themes[:4]:
        assert len(namkoong.ask(f"Which papers mention {theme.name}?").references) == theme.papers


def test_it_is_kept_until_a_paper_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pond = small.assistant(tmp_path, FROGS)
    first = pond.papers.overview()
    with monkeypatch.context() as patch:
        patch.setattr(Snapshot, "read_fields", lambda *_: pytest.fail("it is made again"))
        assert pond.papers.overview() == first
    pond.papers.remove("frog3")
    assert pond.papers.overview().papers == 3


def test_one_that_is_broken_is_made_again(tmp_path: Path) -> None:
    pond = small.assistant(tmp_path, FROGS)
    first = pond.papers.overview()
    (pond.library.folder / "index" / "overview.json").write_text("{", encoding="utf-8")
    assert pond.papers.overview() == first


def test_where_it_cannot_be_kept_it_is_there_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **named: object) -> None:
        raise OSError("read-only")

    monkeypatch.setattr(overviews, "replace_file", refuse)
    assert small.assistant(tmp_path, FROGS).papers.overview().papers == 4
