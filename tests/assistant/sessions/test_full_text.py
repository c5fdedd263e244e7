"""Finding words in saved conversations."""

from datetime import UTC, datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from assistant.escaping import escape_markdown
from assistant.sessions.full_text import _AROUND, WIDTH, SessionSearch, fold_text
from assistant.types import Answer, Session, SessionHit, SessionInfo, Turn
from store.errors import InputError

NOW = datetime(2026, 11, 23, 8, 15, tzinfo=UTC)
ANY = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("aB é-_.*[]\\\"',\n"), max_size=60)


def session(question: str = "", answer: str | None = None, title: str = "") -> Session:
    given = None if answer is None else Answer(question=question, text=answer)
    turn = Turn(asked_at=NOW, question=question, answer=given)
    return Session(id="20261123-081500-3f2a", title=title, created_at=NOW, turns=(turn,))


def found(words: str, *turns: str, answer: str | None = None, title: str = "") -> SessionHit | None:
    asked = session(turns[0] if turns else "", answer, title)
    more = tuple(Turn(asked_at=NOW, question=question) for question in turns[1:])
    asked = asked.model_copy(update={"turns": asked.turns + more})
    info = SessionInfo(id=asked.id, title=title, created_at=NOW, updated_at=NOW, turns=len(asked.turns))
    return SessionSearch(words).find_hit(asked, info)


def marked(hit: SessionHit | None) -> list[str]:
    assert hit
    return [hit.snippet[start:end] for start, end in hit.marks]


@given(ANY, ANY)
def test_every_word_of_a_turn_is_found(question: str, said: str) -> None:
    shown = " ".join(said.split())
    words = [word for word in f"{question} {shown}".split() if fold_text(word).strip(_AROUND + " ")]
    assume(words)
    for word in words:
        hit = found(word, question, answer=escape_markdown(said))
        assert hit, word
        assert len(hit.snippet) <= WIDTH + 2
        assert all(0 <= start < end <= len(hit.snippet) for start, end in hit.marks)
        assert hit.marks
    assert found(" ".join(words), question, answer=escape_markdown(said))


@given(ANY, ANY)
def test_a_hit_has_every_word(words: str, question: str) -> None:
    assume(fold_text(words).strip(_AROUND + " \n"))
    try:
        hit = found(words, question)
    except InputError:
        return
    if hit:
        assert all(word.strip(_AROUND) in fold_text(question) for word in fold_text(words).split())


@pytest.mark.parametrize(
    ("words", "question", "marks"),
    [
        ("fairness", "What is Fairness?", ["Fairness"]),
        ("fair loss", "Losses and fairness", ["Loss", "fair"]),
        ("nunez", "Who is Núñez?", ["Núñez"]),
        ("Núñez", "who is nunez?", ["nunez"]),
        ("strasse", "An der Straße", ["Straße"]),
        ("efficient", "The eﬃcient frontier", ["eﬃcient"]),
        ("WiSE-FT", "what is wise-ft", ["wise-ft"]),
        ('"soups"', "Model soups?", ["soups"]),
        ("学习", "什么是机器学习", ["学习"]),
    ],
)
def test_case_accents_and_endings_do_not_count(words: str, question: str, marks: list[str]) -> None:
    assert marked(found(words, question)) == marks


@pytest.mark.parametrize("words", ["air", "fairness other", "fairnesses"])
def test_words_that_are_not_there_are_not_found(words: str) -> None:
    assert found(words, "What is fairness?") is None


def test_the_place_with_most_of_the_words_is_shown() -> None:
    hit = found("rare events cost", "What are rare events?", "What do rare events cost?", title="Rare things")
    assert hit
    assert (hit.place, hit.turn, hit.snippet) == ("question", 2, "What do rare events cost?")
    hit = found("rare zebra", "What is rare?", answer="A zebra.", title="")
    assert hit
    assert (hit.place, hit.turn) == ("question", 1)
    hit = found("zebra", "What?", answer="A **zebra** \\[sic\\].")
    assert hit
    assert (hit.place, hit.snippet) == ("answer", "A zebra [sic].")
    hit = found("holiday", "What?", title="My holiday")
    assert hit
    assert (hit.place, hit.turn) == ("title", 0)


def test_a_long_text_is_cut_around_the_first_word() -> None:
    hit = found("needle", "hay " * 100 + "the needle is here " + "straw " * 100)
    assert hit
    assert hit.snippet.startswith("…hay ")
    assert "the needle is here" in hit.snippet
    assert hit.snippet.endswith("…")
    assert marked(hit) == ["needle"]


@pytest.mark.parametrize("words", ["", "  \n", '"" ?!', "()"])
def test_no_word_is_an_error(words: str) -> None:
    with pytest.raises(InputError, match="nothing to search for"):
        SessionSearch(words)


def test_only_words_that_the_snippet_shows_are_marked() -> None:
    hit = found("fair", f"fair {'x' * 151} fair")
    assert hit
    assert (hit.snippet, hit.marks) == (f"fair {'x' * 151} fai…", ((0, 4),))
    whole = found("fair", f"fair {'x' * 150} fair")
    assert whole
    assert (whole.snippet, whole.marks) == (f"fair {'x' * 150} fair", ((0, 4), (156, 160)))
