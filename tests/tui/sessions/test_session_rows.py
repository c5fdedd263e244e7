from datetime import timedelta
from pathlib import Path

import pytest

from assistant.types import SessionHit, Turn
from store.errors import InputError
from tests.tui.saved import HOSTILE, NOW, Saved, turn
from tui.sessions.lists import SessionRow, read_rows, session_content, snippet_content
from tui.text import ASCII, UNICODE


@pytest.fixture
def saved(tmp_path: Path) -> Saved:
    return Saved(tmp_path)


def lines(row: SessionRow, current: bool = False) -> list[str]:
    later = row.info.updated_at + timedelta(minutes=5, seconds=30)
    return session_content(row, current, ASCII, later).plain.split("\n")


def test_title_time_and_number_of_questions(saved: Saved) -> None:
    saved.add(turn("What is WiSE-FT?"), Turn.now("And who?", error="cancelled"))
    (row,) = read_rows(saved.sessions, " ")
    assert lines(row) == ["  What is WiSE-FT?", "  5 minutes ago | 2 questions"]
    assert lines(row, current=True) == ["* What is WiSE-FT?", "  5 minutes ago | 2 questions | this one"]


def test_one_without_a_question(saved: Saved) -> None:
    saved.add()
    assert lines(read_rows(saved.sessions, "")[0])[0] == "  (no question yet)"


def test_a_damaged_one_says_what_is_wrong(saved: Saved) -> None:
    id = saved.add(turn("What?"))
    saved.damage(id)
    (row,) = read_rows(saved.sessions, "")
    assert row.damage
    assert lines(row)[0] == f"! {id}"
    assert "line 1" in lines(row)[1]


def test_a_title_in_brackets_is_not_damaged(saved: Saved) -> None:
    saved.add(title="(later)")
    assert not read_rows(saved.sessions, "")[0].damage


def test_one_that_is_deleted_while_it_is_listed_is_not_damaged(saved: Saved) -> None:
    id = saved.add()
    info = saved.sessions.list()[0]
    saved.sessions.delete(id)
    saved.sessions.list = lambda: [info]  # type: ignore[method-assign]
    assert not read_rows(saved.sessions, "")[0].damage


def test_words_are_found_and_marked(saved: Saved) -> None:
    saved.add(turn("What is fairness?"), turn("Why?", "For the sake of justice [/] and peace."), title="One")
    (row,) = read_rows(saved.sessions, "JUST peace")
    content = session_content(row, False, UNICODE, NOW)
    assert "justice [/] and peace" in content.plain
    marked = [content.plain[span.start : span.end] for span in content.spans if "underline" in str(span.style)]
    assert marked == ["just", "peace"]
    assert not read_rows(saved.sessions, "absent")


def test_words_in_the_title_are_marked_there(saved: Saved) -> None:
    saved.add(title="Rare events")
    assert lines(read_rows(saved.sessions, "rare")[0]) == ["  Rare events", "  5 minutes ago | 0 questions"]


def test_what_is_no_word_is_told(saved: Saved) -> None:
    with pytest.raises(InputError):
        read_rows(saved.sessions, "()")


def test_marks_stay_on_their_words_beside_what_is_not_shown(saved: Saved) -> None:
    saved.add(title="x")
    hit = SessionHit(
        session=saved.sessions.list()[0], place="answer", turn=1, snippet="\x1b[1m\u202eword end", marks=((5, 9),)
    )
    content = snippet_content(hit)
    assert content.plain == "[1mword end"
    assert [content.plain[span.start : span.end] for span in content.spans] == ["word"]


@pytest.mark.parametrize("title", HOSTILE)
def test_titles_are_text(saved: Saved, title: str) -> None:
    saved.add(title=title)
    first, *rest = lines(read_rows(saved.sessions, "")[0])
    assert len(rest) == 1
    assert len(first) <= 302
    assert "\x1b" not in first
    assert "\u202e" not in first
