"""Exports of conversations that were really held."""

from pathlib import Path

import pytest

from assistant import Assistant, InputError, NotFound, Session
from assistant.export.conversation import FORMATS
from assistant.types import CANCELLED, Turn
from tests.assistant import small
from tests.assistant.export import bib

TWINS = (
    small.paper("one", "Adaptive Experiments", "We plan adaptive experiments in batches.", "Ethan Che", 2023),
    small.paper("two", "Adaptive Sampling", "We plan adaptive sampling of zebras.", "Ethan Che", 2023),
    small.paper("other", "Adaptive Trees", "Trees grow.", "Ethan Che", 2024),
)


@pytest.fixture
def held(own: Assistant) -> str:
    """A conversation of three turns, the last of them cancelled."""
    id = own.sessions.new().id
    own.ask("Who wrote Rare Events in Simulated Traffic?", id)
    own.ask("Which papers study Thompson sampling?", id)
    own.sessions.record(id, Turn.now("And queues?", error=CANCELLED))
    return id


def test_markdown_cites_what_bibtex_holds(own: Assistant, held: str) -> None:
    said, entries = own.sessions.export(held), bib.read(own.sessions.export(held, "bib"))
    assert said == own.sessions.export(held, "md")
    assert [entry.key for entry in entries] == ["okelly2018rare", "qu2025broader", "che2023adaptive"]
    for entry in entries:
        assert f"[@{entry.key}]" in said
        assert f"\n- **{entry.key}**: " in said
    assert "**Cancelled**" in said


def test_json_is_the_session(own: Assistant, held: str) -> None:
    assert Session.model_validate_json(own.sessions.export(held, "json")) == own.sessions.get(held)


def test_a_paper_that_was_removed_is_still_cited(own: Assistant, held: str) -> None:
    before = own.sessions.export(held, "bib")
    own.papers.remove("rare")
    assert own.sessions.export(held, "bib") == before
    assert "[@okelly2018rare]" in own.sessions.export(held)


def test_a_session_without_citations_has_no_references(own: Assistant) -> None:
    id = own.sessions.new().id
    own.ask("What is the boiling point of tungsten?", id)
    assert own.sessions.export(id, "bib") == ""
    assert "## References" not in own.sessions.export(id)


def test_keys_are_unique_in_the_library_and_not_only_in_the_file(tmp_path: Path) -> None:
    with small.assistant(tmp_path / "twins", TWINS) as a:
        keys = {id: bib.read(a.papers.cite(id, "bibtex"))[0].key for id in ("one", "two", "other")}
        assert keys["other"] == "che2024adaptive"
        assert keys["one"].startswith("che2023adaptive-")
        assert len(set(keys.values())) == 3
        id = a.sessions.new().id
        assert {ref.paper_id for ref in a.ask("How are zebras sampled?", id).references} == {"two"}
        assert f"[@{keys['two']}]" in a.sessions.export(id)


@pytest.mark.parametrize(
    ("style", "cited"),
    [
        ("apa", "O'Kelly, M., Sinha, A., & Duchi, J. (2018). Rare Events in Simulated Traffic."),
        ("latex", "\\cite{okelly2018rare}"),
        ("pandoc", "[@okelly2018rare]"),
        ("nature", "O’Kelly, M., Sinha, A. & Duchi, J. Rare Events in Simulated Traffic."),
    ],
)
def test_one_paper_is_cited_in_a_style(field: Assistant, style: str, cited: str) -> None:
    assert field.papers.cite("rare", style).startswith(cited)


def test_what_there_is_not_is_said_with_what_there_is(field: Assistant) -> None:
    id = field.sessions.new().id
    with pytest.raises(InputError, match=", ".join(FORMATS)):
        field.sessions.export(id, "docx")
    with pytest.raises(InputError, match="apa, ieee"):
        field.papers.cite("rare", "no-such-style")
    with pytest.raises(NotFound):
        field.sessions.export("20261123-081500-3f2a")
    with pytest.raises(NotFound):
        field.papers.cite("nobody")
