"""What an ``@`` means in a question: which names it reads, what they stand for, and what stays text."""

from pathlib import Path

import pytest

from assistant.client import Assistant
from assistant.testing import HashEmbedder
from assistant.types import Restriction
from store.errors import InputError
from tui.chat.scope_lookup import resolve_scope
from tui.chat.scope_names import complete_scope, load_scope_names
from tui.chat.scopes import ScopedText, ScopeName, find_begun, make_scope, read_scopes
from tui.engine import EVERYTHING, Scope


@pytest.mark.parametrize(
    ("text", "question", "names"),
    [
        ("@2019-2023 Which papers study bandits?", "Which papers study bandits?", ("2019-2023",)),
        ("Which papers @Che study bandits?", "Which papers study bandits?", ("Che",)),
        ("Which papers study bandits @Che, @2019-?", "Which papers study bandits,?", ("Che", "2019-")),
        ('What is slow (@"to read")?', "What is slow ()?", ("to read",)),
        ("@arxiv:2203.05482 @2203.05482 why?", "why?", ("arxiv:2203.05482", "2203.05482")),
        ("@Che @Che", "", ("Che",)),
    ],
)
def test_names_behind_an_at_are_taken_out_of_the_question(text: str, question: str, names: tuple[str, ...]) -> None:
    assert read_scopes(text) == ScopedText(question, names)


@pytest.mark.parametrize(
    "text",
    ["Who is ann.lee@example.org?", "precision @ 5 and recall @10", "P@1", "@", "a @", "@@", "@ Che", "x = @_@", '@""'],
)
def test_an_address_and_a_sign_of_its_own_stay_text(text: str) -> None:
    assert read_scopes(text) == ScopedText(text, ())


def test_a_sign_behind_a_backslash_is_itself() -> None:
    assert read_scopes(r"What is precision \@k of @Che?") == ScopedText("What is precision @k of?", ("Che",))


@pytest.mark.parametrize(
    ("text", "begun"),
    [
        ("@", ""),
        ("who @na", "na"),
        ('who @"to re', "to re"),
        ("who @na ", None),
        ("a@b", None),
        ("(@x", "x"),
        ("", None),
    ],
)
def test_a_scope_is_begun_where_a_word_begins_with_an_at(text: str, begun: str | None) -> None:
    assert find_begun(text) == begun


@pytest.fixture
def assistant(library: Path) -> Assistant:
    return Assistant.open(library, embedder=HashEmbedder())


@pytest.mark.parametrize(
    ("name", "filters"),
    [
        ("2019-2023", {"year_from": 2019, "year_to": 2023}),
        ("2023–2019", {"year_from": 2019, "year_to": 2023}),
        ("2019-", {"year_from": 2019, "year_to": None}),
        ("-2019", {"year_from": None, "year_to": 2019}),
        ("2018", {"year_from": 2018, "year_to": 2018}),
        ("rare", {"ids": ("rare",)}),
        ("O'Kelly", {"author": "O'Kelly"}),
        ("matthew-o'kelly", {"author": "matthew-o'kelly"}),
    ],
)
def test_a_name_stands_for_years_a_paper_or_an_author(
    assistant: Assistant, name: str, filters: dict[str, object]
) -> None:
    assert resolve_scope(assistant, name) == Restriction(label=f"@{name}", filters=filters)


def test_a_name_of_which_the_beginning_is_enough_is_that_one(assistant: Assistant) -> None:
    names = (ScopeName("model soups", "theme", make_scope("model soups", {"text": "model soups"})),)
    assert resolve_scope(assistant, "model-so", names).filters == {"text": "model soups"}


def test_a_name_that_nothing_has_is_told_with_what_is_near(assistant: Assistant) -> None:
    names = load_scope_names(assistant)
    with pytest.raises(InputError) as raised:
        resolve_scope(assistant, "O'Kellie", names)
    assert raised.value.what == "Nothing is called @O'Kellie: no key, author, theme, tag or collection."
    assert "O'Kelly" in raised.value.hint
    with pytest.raises(InputError) as raised:
        resolve_scope(assistant, "qqqqqq", names)
    assert raised.value.hint == r"Write \@ where the sign itself is meant."


def test_years_authors_and_keys_are_offered(assistant: Assistant) -> None:
    names = load_scope_names(assistant)
    assert names[0].kind == "years"
    offered = {known.name: known for known in complete_scope(names, "o'k")}
    assert offered["o'kelly2018"].scope.filters == {"ids": ("rare",)}
    assert complete_scope(names, "kelly") or complete_scope(names, "matthew")
    assert complete_scope(names, "zzz") == []


A, B = Restriction(label="@A", filters={"author": "A"}), Restriction(label="@B", filters={"author": "B"})
YEARS = Restriction(label="@2019", filters={"year_from": 2019, "year_to": 2019})


def test_parts_of_one_kind_are_alternatives_and_those_of_two_hold_together() -> None:
    assert Scope(parts=(A,)).filters == {"author": "A"}
    assert Scope(parts=(A, YEARS)).filters == {"author": "A", "year_from": 2019, "year_to": 2019}
    assert Scope(parts=(A, B, YEARS)).filters == {
        "either": (
            {"author": "A", "year_from": 2019, "year_to": 2019},
            {"author": "B", "year_from": 2019, "year_to": 2019},
        )
    }
    assert EVERYTHING.filters == {}
    assert not EVERYTHING


def test_a_part_counts_once_and_is_taken_out_by_its_place() -> None:
    scope = EVERYTHING.add(A, YEARS).add(A)
    assert scope.label == "@A, @2019"
    assert scope.drop(0).parts == (YEARS,)


def test_more_ids_than_are_saved_leave_their_label() -> None:
    many = Scope.of({"ids": tuple(map(str, range(1001)))}, "1,001 marked papers")
    assert many.kept == (Restriction(label="1,001 marked papers"),)
    assert Scope.restore(many.kept) == EVERYTHING
    few = Scope.of({"ids": ("a", "b")}, "2 marked papers")
    assert Scope.restore(few.kept) == few
    assert few.leave_out({"b", "c"}).filters == {"ids": ("a",)}
