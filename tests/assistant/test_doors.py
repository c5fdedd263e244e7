"""What no paper, session or filter can be called, at every door that takes an id or a text."""

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import pytest

from assistant.client import Assistant
from assistant.limits import MAX_CHARACTERS
from store.errors import InputError, NotFound

ODD = {
    "half": "\ud800",
    "in a word": "ab\udfffc",
    "nul": "\0",
    "nul inside": "ra\0re",
    "empty": "",
    "huge": "x" * 10_000_000,
}
LONGEST_MESSAGE = 1000

IDS: dict[str, Callable[[Assistant, str], object]] = {
    "paper": lambda of, text: of.papers.get(text),
    "similar": lambda of, text: of.papers.similar(text),
    "remove": lambda of, text: of.papers.remove("rare", text),
    "session": lambda of, text: of.ask("How rare are crashes?", session=text),
}
FILTERS = ("ids", "author", "category", "source", "text")


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
@pytest.mark.parametrize("door", IDS)
def test_there_is_nothing_of_that_id(field: Assistant, door: str, text: str) -> None:
    with pytest.raises(NotFound) as raised:
        IDS[door](field, text)
    assert len(str(raised.value)) < LONGEST_MESSAGE
    str(raised.value).encode()
    assert field.papers.get("rare").id == "rare"


@pytest.mark.parametrize("text", [ODD["half"], ODD["in a word"]], ids=ascii)
@pytest.mark.parametrize("name", FILTERS)
def test_a_filter_with_half_a_character_is_refused(field: Assistant, name: str, text: str) -> None:
    filters: dict[str, Any] = {name: (text,) if name == "ids" else text}
    with pytest.raises(InputError, match="half a character"):
        field.papers.count(**filters)


@pytest.mark.parametrize("text", [ODD["nul"], ODD["nul inside"], ODD["huge"]], ids=["nul", "nul inside", "huge"])
@pytest.mark.parametrize("name", ["category", "source"])
def test_a_filter_that_fits_nothing(field: Assistant, name: str, text: str) -> None:
    filters: dict[str, Any] = {name: (text,)}
    assert field.papers.count(**filters) == 0


@pytest.mark.parametrize("text", [ODD["nul"], ODD["nul inside"], ODD["huge"]], ids=["nul", "nul inside", "huge"])
def test_an_id_that_no_paper_has_is_said(field: Assistant, text: str) -> None:
    with pytest.raises(NotFound, match="no paper with the id"):
        field.papers.count(ids=(text,))


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_an_id_among_others(field: Assistant, text: str) -> None:
    assert field.library.get(["rare", text, "fair"]) == [field.papers.get("rare"), field.papers.get("fair")]


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_a_text_is_searched_for_all_the_same(field: Assistant, text: str) -> None:
    found = [hit.paper.id for hit in field.library.search(f"rare events {text}", 3)]
    assert found[0] == "rare"
    huge = len(text) > MAX_CHARACTERS
    with pytest.raises(InputError, match="characters long") if huge else nullcontext():
        assert field.search(f"rare events {text}", 3)[0].paper.id == "rare"
