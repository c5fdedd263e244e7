"""Sessions on disk, against a model in memory and as their users meet them."""

import os
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import FileIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from filelock import FileLock
from hypothesis import given
from hypothesis import strategies as st

from assistant.sessions import Sessions
from assistant.sessions import folder as module
from assistant.sessions import format as session_file
from assistant.types import Answer, Citation, Claim, Support, Trace, Turn, Usage
from store.errors import InputError, LibraryDamaged, LibraryError, LibraryLocked, NotFound

LATER = datetime(2100, 1, 1, tzinfo=UTC)  # after any time at which a test makes a session


def turn(question: str = "Why?", minutes: int = 0) -> Turn:
    citation = Citation(n=1, paper_id="p", title="T", quote="Because…", start=0, end=8)
    claim = Claim(text="Because.", support=Support.DOUBTFUL, citations=(citation,))
    answer = Answer(question=question, text="Because. [1]\n", claims=(claim,))
    return Turn(asked_at=LATER + timedelta(minutes=minutes), question=question, answer=answer)


@pytest.fixture
def sessions(tmp_path: Path) -> Sessions:
    return Sessions(tmp_path / "library" / "sessions")


@dataclass
class Model:
    """A session as it should be."""

    given: str
    turns: list[Turn] = field(default_factory=list)

    @property
    def title(self) -> str:
        if self.given.split() or not self.turns:
            return " ".join(self.given.split())
        question = " ".join(self.turns[0].question.split())
        return question if len(question) <= 60 else question[:59].rstrip() + "…"


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["new", "record", "record", "rename", "delete"]), st.integers(0, 9), st.text(max_size=90)
    ),
    max_size=20,
)


@given(STEPS)
def test_any_operations_leave_what_a_dict_would_hold(steps: list[tuple[str, int, str]]) -> None:
    with TemporaryDirectory() as folder:
        models: dict[str, Model] = {}
        for minute, (step, pick, text) in enumerate(steps):
            sessions = Sessions(Path(folder))  # a new object each time: nothing may live in memory alone
            id = sorted(models)[pick % len(models)] if models else ""
            if step == "new" or not models:
                models[sessions.new(text).id] = Model(text)
            elif step == "record":
                models[id].turns.append(turn(text, minute))
                assert sessions.record(id, models[id].turns[-1]) == sessions.get(id)
            elif step == "rename":
                models[id].given = text
                assert sessions.rename(id, text) == sessions.get(id)
            else:
                sessions.delete(id)
                del models[id]
        listed = Sessions(Path(folder)).list()
        held = {info.id: Sessions(Path(folder)).get(info.id) for info in listed}
        assert {id: (s.title, list(s.turns)) for id, s in held.items()} == {
            id: (model.title, model.turns) for id, model in models.items()
        }
        assert [(info.title, info.turns) for info in listed] == [
            (models[info.id].title, len(models[info.id].turns)) for info in listed
        ]
        assert [info.updated_at for info in listed] == sorted((info.updated_at for info in listed), reverse=True)


def test_reading_writes_nothing(sessions: Sessions, tmp_path: Path) -> None:
    assert sessions.list() == []
    with pytest.raises(NotFound):
        sessions.get("20261123-081500-3f2a")
    assert list(tmp_path.iterdir()) == []


def test_the_session_used_last_comes_first(sessions: Sessions) -> None:
    first, second, third = (sessions.new(title).id for title in "abc")
    sessions.record(first, turn(minutes=2))
    sessions.record(second, turn(minutes=1).model_copy(update={"asked_at": LATER.replace(tzinfo=None)}))
    assert [info.id for info in sessions.list()] == [first, second, third]
    assert sessions.list()[0].updated_at == LATER + timedelta(minutes=2)


def test_a_failed_turn_is_kept(sessions: Sessions) -> None:
    failed = Turn(asked_at=LATER, question="Why?", error="The model does not answer.")
    id = sessions.new().id
    sessions.record(id, failed)
    assert sessions.get(id).turns == (failed,)


def test_a_question_stays_until_its_turn_takes_its_place(sessions: Sessions) -> None:
    id = sessions.new().id
    first, second, open_ = sessions.begin(id, "Why?"), sessions.begin(id, "How?"), session_file.UNFINISHED
    assert [(one.question, one.error) for one in sessions.get(id).turns] == [("Why?", open_), ("How?", open_)]
    sessions.record(id, turn("How?"), second)
    assert [(one.question, one.error) for one in sessions.get(id).turns] == [("Why?", open_), ("How?", "")]
    sessions.record(id, turn("Why?"), first)
    assert [(one.question, one.error) for one in sessions.get(id).turns] == [("How?", ""), ("Why?", "")]
    assert sessions.get(id).title == "How?"


def test_ids_do_not_collide(sessions: Sessions, monkeypatch: pytest.MonkeyPatch) -> None:
    suffixes = iter(["aaaa", "aaaa", "aaaa", "bbbb"])
    monkeypatch.setattr(module, "token_hex", lambda _: next(suffixes))
    first = sessions.new("first")
    second = sessions.new("second")
    assert first.id != second.id
    assert sessions.get(first.id).title == "first"


def test_the_last_one_is_the_one_used_last(sessions: Sessions) -> None:
    with pytest.raises(NotFound, match=r"no session yet.*--session new"):
        sessions.last()
    first, second = sessions.new("first").id, sessions.new("second").id
    assert sessions.last() == second
    sessions.record(first, turn())
    assert sessions.last() == first


def test_a_fork_has_the_turns_up_to_one_and_goes_its_own_way(sessions: Sessions) -> None:
    origin = sessions.new("Events").id
    for minute, question in enumerate("abc"):
        sessions.record(origin, turn(question, minute))
    before = sessions.get(origin)
    fork = sessions.fork(origin, 2)
    assert (fork.title, fork.forked_from, fork.turns) == ("Events (fork)", origin, before.turns[:2])
    sessions.record(fork.id, turn("d"))
    again = sessions.fork(fork.id, 3)
    assert again.title == "Events (fork)"
    assert [turn.question for turn in again.turns] == ["a", "b", "d"]
    assert sessions.get(origin) == before
    sessions.delete(origin)
    assert [turn.question for turn in sessions.get(fork.id).turns] == ["a", "b", "d"]
    sessions.rename(fork.id, "")
    assert sessions.get(fork.id).title == "a"


@pytest.mark.parametrize("number", [-1, 0, 2])
def test_only_a_turn_that_is_there_can_be_forked_from(sessions: Sessions, number: int) -> None:
    id, empty = sessions.new().id, sessions.new().id
    sessions.record(id, turn())
    with pytest.raises(InputError, match=f"turns 1 to 1, not {number}"):
        sessions.fork(id, number)
    with pytest.raises(InputError, match="no turns yet"):
        sessions.fork(empty, 1)
    assert len(sessions.list()) == 2


def test_search_finds_the_sessions_with_every_word_last_used_first(sessions: Sessions) -> None:
    old, new, other = (sessions.new(title).id for title in ("Fairness", "Events", "Other"))
    sessions.record(old, turn("Rare events?", minutes=1))
    sessions.record(new, turn("Who is rare?", minutes=2))
    sessions.record(other, turn("Who?", minutes=3))
    assert [hit.session.id for hit in sessions.search("RARE event")] == [new, old]
    assert [hit.session for hit in sessions.search("fair")] == [info for info in sessions.list() if info.id == old]
    assert sessions.search("rare zebra") == []


def used(question: str, tokens: int, minutes: int = 0, dollars: float | None = None) -> Turn:
    usage = Usage(input_tokens=tokens, output_tokens=1, dollars=dollars)
    answer = Answer(question=question, text="Because.", usage=usage)
    return Turn(asked_at=LATER + timedelta(minutes=minutes), question=question, answer=answer)


def test_the_usage_of_all_counts_what_forks_share_once(sessions: Sessions) -> None:
    assert sessions.usage() == Usage()
    one, two = sessions.new().id, sessions.new().id
    sessions.record(one, used("a", 10, dollars=0.5))
    sessions.record(one, Turn(asked_at=LATER, question="failed", error="It fails."))
    sessions.record(two, used("a", 1000, minutes=1, dollars=0.25))
    assert sessions.usage() == Usage(input_tokens=1010, output_tokens=2, dollars=0.75)
    forks = [sessions.fork(one, 2).id for _ in range(2)]
    sessions.record(forks[0], used("b", 100, minutes=2, dollars=0.25))
    assert sessions.usage() == Usage(input_tokens=1110, output_tokens=3, dollars=1.0)
    assert sessions.get(forks[0]).usage == Usage(input_tokens=110, output_tokens=2, dollars=0.75)
    sessions.delete(one)
    assert sessions.usage() == Usage(input_tokens=1110, output_tokens=3, dollars=1.0)
    sessions.record(two, used("no price", 1, minutes=3))
    assert sessions.usage().dollars is None


def test_an_unknown_id_names_the_near_ones(sessions: Sessions) -> None:
    id = sessions.new().id
    for like_it in (id[:-1], id[-4:], id[:-1] + "é"):
        with pytest.raises(NotFound, match=f"{id}.*`conspectus sessions`"):
            sessions.get(like_it)


@pytest.mark.parametrize("id", ["", "../secret", "/etc/passwd", "x\0y", "20269999-081500-3f2a", "\x1b[2J", "y" * 9999])
@pytest.mark.parametrize(
    ("action", "arguments"), [("get", ()), ("record", (turn(),)), ("fork", (1,)), ("rename", ("mine",)), ("delete", ())]
)
def test_what_is_no_id_touches_no_file(
    sessions: Sessions, tmp_path: Path, action: str, arguments: tuple[object, ...], id: str
) -> None:
    secret = tmp_path / "library" / "secret.jsonl"
    secret.parent.mkdir()
    secret.write_text('{"kind":"session","format":1,"title":"secret","created_at":"2026-11-23T08:15:00Z"}\n')
    with pytest.raises(NotFound) as caught:
        getattr(sessions, action)(id, *arguments)
    assert "\x1b" not in str(caught.value)
    assert len(str(caught.value)) < 300
    assert [path.name for path in secret.parent.iterdir()] == ["secret.jsonl"]
    assert "secret" in secret.read_text()


def test_at_most_three_near_ids_are_named_the_latest_ones(sessions: Sessions, monkeypatch: pytest.MonkeyPatch) -> None:
    suffixes = iter(["aaaa", "bbbb", "cccc", "dddd"])
    monkeypatch.setattr(module, "token_hex", lambda _: next(suffixes))
    ids = sorted(sessions.new().id for _ in range(4))
    with pytest.raises(NotFound) as caught:
        sessions.get("20")
    assert f"Near it: {', '.join(ids[1:])}." in caught.value.what
    with pytest.raises(NotFound) as none:
        sessions.get("")
    assert none.value.what == "There is no session ''."


def test_what_is_acknowledged_is_on_the_disk(
    sessions: Sessions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append(os.fstat(descriptor).st_ino))
    folder = tmp_path / "library" / "sessions"
    id = sessions.new().id
    inodes = [(folder / f"{id}.jsonl").stat().st_ino, folder.stat().st_ino]
    assert synced == inodes
    sessions.record(id, turn())
    assert synced == [*inodes, inodes[0]]
    sessions.delete(id)
    assert synced == [*inodes, *inodes]


def test_a_write_that_the_disk_takes_in_parts_is_whole(tmp_path: Path) -> None:
    class Slow(FileIO):
        def write(self, data: Any) -> int:
            return super().write(bytes(data)[:3])

    with Slow(tmp_path / "file", "w") as stream:
        module._write_all(stream, b"1234567")
    assert (tmp_path / "file").read_bytes() == b"1234567"


def test_deleting_leaves_no_file(sessions: Sessions, tmp_path: Path) -> None:
    id = sessions.new().id
    sessions.record(id, turn())
    sessions.delete(id)
    with pytest.raises(NotFound):
        sessions.record(id, turn())
    assert list((tmp_path / "library" / "sessions").iterdir()) == []


UNFINISHED = Answer(question="Why?", text="", trace=Trace(seconds=float("inf")))


@pytest.mark.parametrize(
    "broken",
    [turn("half a pair \ud83d"), Turn(asked_at=LATER, question="Why?", answer=UNFINISHED)],
    ids=["text", "inf"],
)
def test_what_json_cannot_carry_is_refused_and_nothing_is_written(sessions: Sessions, broken: Turn) -> None:
    id = sessions.new().id
    with pytest.raises(InputError, match="This turn cannot be saved"):
        sessions.record(id, broken)
    assert sessions.get(id).turns == ()


def test_a_locked_session_says_so(sessions: Sessions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    locked, free = sessions.new().id, sessions.new().id
    sessions.record(locked, turn())
    monkeypatch.setattr(module, "LOCK_SECONDS", 0.01)
    with FileLock(tmp_path / "library" / "sessions" / f"{locked}.lock"):
        with pytest.raises(LibraryLocked, match=f"Another process.*{locked}"):
            sessions.record(locked, turn())
        assert len(sessions.get(locked).turns) == 1
        assert len(sessions.record(free, turn()).turns) == 1


def test_a_damaged_session_hides_no_other(sessions: Sessions, tmp_path: Path) -> None:
    good, bad = sessions.new("good").id, sessions.new("bad").id
    for _ in range(2):
        sessions.record(bad, turn())
    file = tmp_path / "library" / "sessions" / f"{bad}.jsonl"
    lines = file.read_bytes().split(b"\n")
    file.write_bytes(b"\n".join([lines[0], lines[1][:40], *lines[2:]]))
    damaged = file.read_bytes()

    with pytest.raises(LibraryDamaged, match=rf"Line 2 of session file .*{bad}\.jsonl"):
        sessions.get(bad)
    with pytest.raises(LibraryDamaged, match="Line 2"):
        sessions.record(bad, turn())
    assert file.read_bytes() == damaged
    shown = {info.id: info for info in sessions.list()}
    assert shown[good].title == "good"
    assert [hit.session.id for hit in sessions.search("good")] == [good]
    assert sessions.usage() == Usage()
    assert shown[bad].title.startswith("(Line 2 of session file")
    assert (shown[bad].turns, f"{shown[bad].created_at:%Y%m%d-%H%M%S}") == (0, bad[:15])
    sessions.delete(bad)
    assert [info.id for info in sessions.list()] == [good]


def test_files_that_are_no_sessions_are_passed_over(sessions: Sessions, tmp_path: Path) -> None:
    id = sessions.new().id
    for name in ("notes.jsonl", f"{id}x.jsonl", "20269999-081500-3f2a.jsonl", f"{id}.jsonl.bak"):
        (tmp_path / "library" / "sessions" / name).write_text("?")
    (tmp_path / "library" / "sessions" / "20200101-000000-0000.jsonl").mkdir()
    assert [(info.id, info.title[:13]) for info in sessions.list()] == [
        (id, ""),
        ("20200101-000000-0000", "(Session file"),
    ]


def test_a_folder_that_is_a_file_is_an_error_with_a_way_out(tmp_path: Path) -> None:
    (tmp_path / "sessions").write_text("")
    sessions = Sessions(tmp_path / "sessions")
    with pytest.raises(LibraryError, match=r"cannot be written.*check free space and permissions"):
        sessions.new()
    with pytest.raises(LibraryError, match=r"cannot be read.*Check"):
        sessions.list()


def test_a_turn_that_was_changed_has_no_answer_any_more_and_the_others_stay(sessions: Sessions, tmp_path: Path) -> None:
    id = sessions.new().id
    sessions.record(id, turn("Why?"))
    sessions.record(id, turn("How?", 1))
    file = tmp_path / "library" / "sessions" / f"{id}.jsonl"
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join([*lines[:-1], lines[-1].replace(b"Because. [1]", b"Perhaps. [1]")]))
    first, second = sessions.get(id).turns
    assert first == turn("Why?")
    assert (second.question, second.answer, second.error) == ("How?", None, session_file.CHANGED)
    assert sessions.record(id, turn("Who?", 2)).turns[-1] == turn("Who?", 2)


def test_a_title_that_was_changed_is_damage(sessions: Sessions, tmp_path: Path) -> None:
    id = sessions.new("Rare events").id
    file = tmp_path / "library" / "sessions" / f"{id}.jsonl"
    file.write_bytes(file.read_bytes().replace(b"Rare", b"Bare"))
    with pytest.raises(LibraryDamaged, match=r"Line 1 .* it is not what was written"):
        sessions.get(id)


@pytest.mark.parametrize("how", ["gone", "emptied", "cut"])
def test_a_lost_session_is_listed_as_such_until_it_is_deleted(sessions: Sessions, tmp_path: Path, how: str) -> None:
    other, id = sessions.new("Other").id, sessions.new("Rare events").id
    for one in (other, id):
        sessions.record(one, turn())
    file = tmp_path / "library" / "sessions" / f"{id}.jsonl"
    file.write_bytes(b"" if how == "emptied" else file.read_bytes()[:20])
    if how == "gone":
        file.unlink()
    assert {info.id: info.title for info in sessions.list()} == {other: "Other", id: "(its file is gone)"}
    assert sessions.last() == other
    sessions.delete(id)
    assert [info.id for info in sessions.list()] == [other]
