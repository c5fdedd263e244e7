"""A session's file after a crash, on a full disk, and under two processes."""

import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path

import pytest

from assistant.sessions import Sessions
from assistant.sessions.format import (
    UNFINISHED,
    DraftEntry,
    Entry,
    HeaderEntry,
    QuestionEntry,
    TitleEntry,
    TurnEntry,
    decode_session,
    drop_torn_line,
    encode_entry,
)
from assistant.types import Answer, Turn, Usage
from store.errors import LibraryDamaged, LibraryError, NotFound

ROOT = Path(__file__).resolve().parents[3]
WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from assistant.sessions import Sessions
from assistant.types import Answer, Turn, Usage

folder, id, who, count = sys.argv[1:]
sessions = Sessions(Path(folder))
print("ready", flush=True)
sys.stdin.readline()
for number in range(int(count)):
    question = f"{who} {number} " + "é" * 5000
    sessions.record(id, Turn(asked_at=datetime.now(UTC), question=question, answer=Answer(question=question, text="")))
    print(number, flush=True)
"""


def turn(question: str) -> Turn:
    return Turn(asked_at=datetime.now(UTC), question=question, answer=Answer(question=question, text="Því [1]"))


@pytest.fixture
def sessions(tmp_path: Path) -> Sessions:
    return Sessions(tmp_path)


def questions(sessions: Sessions, id: str) -> list[str]:
    return [turn.question for turn in sessions.get(id).turns]


def file_of(tmp_path: Path, id: str) -> Path:
    return tmp_path / f"{id}.jsonl"


NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
FAILED = Turn(asked_at=NOON, question="Why?", error="It fails.")
HEADER = b'{"kind":"session","format":1,"title":"","created_at":"2026-11-23T12:00:00Z","forked_from":null,"turns":[]}\n'
QUESTION = b'{"kind":"question","id":"9c31a07e","asked_at":"2026-11-23T12:00:00Z","question":"Why?"}\n'
OF_TURN = b'{"asked_at":"2026-11-23T12:00:00Z","question":"Why?","answer":null,"error":"It fails."}'
TURN = b'{"kind":"turn","turn":%b,"begun":"9c31a07e"}\n' % OF_TURN
DRAFT = b'{"kind":"draft","begun":"9c31a07e","draft":"It","usage":%b}\n' % (
    b'{"input_tokens":0,"output_tokens":3,"dollars":null}'
)
TITLE = b'{"kind":"title","title":"Rare events"}\n'


@pytest.mark.parametrize(
    ("entry", "line"),
    [
        (HeaderEntry(title="", created_at=NOON), HEADER),
        (QuestionEntry(id="9c31a07e", asked_at=NOON, question="Why?"), QUESTION),
        (TurnEntry(turn=FAILED, begun="9c31a07e"), TURN),
        (DraftEntry(begun="9c31a07e", draft="It", usage=Usage(output_tokens=3)), DRAFT),
        (TitleEntry(title="Rare events"), TITLE),
    ],
)
def test_each_entry_is_the_line_that_it_always_was_and_a_checksum(entry: Entry, line: bytes) -> None:
    checksum = blake2b(line.rstrip(), digest_size=16).hexdigest().encode()
    assert encode_entry(entry) == line[:-2] + b',"sum":"' + checksum + b'"}\n'


def test_the_lines_tell_a_session_in_order() -> None:
    file = Path("20261123-081500-3f2a.jsonl")
    asked = decode_session(HEADER + QUESTION, file)
    assert (asked.id, asked.title, asked.created_at, asked.forked_from) == (file.stem, "Why?", NOON, None)
    assert asked.turns == (Turn(asked_at=NOON, question="Why?", error=UNFINISHED),)
    assert decode_session(HEADER + QUESTION + TURN, file).turns == (FAILED,)
    assert decode_session(HEADER + TURN + QUESTION + TURN, file).turns == (FAILED, FAILED)
    assert decode_session(HEADER + TITLE + QUESTION + TITLE.replace(b"Rare", b"More"), file).title == "More events"
    assert decode_session(HEADER + b"\n \n" + TITLE, file).title == "Rare events"
    fork = HEADER.replace(b"null", b'"20261122-081500-3f2a"').replace(b"[]", b"[" + OF_TURN + b"]")
    assert decode_session(fork, file).forked_from == "20261122-081500-3f2a"
    assert decode_session(fork + QUESTION, file).turns == (FAILED, asked.turns[0])


def test_a_draft_belongs_to_its_question_unless_that_is_answered() -> None:
    file = Path("20261123-081500-3f2a.jsonl")
    kept = {"draft": "It", "draft_usage": Usage(output_tokens=3)}
    (turn,) = decode_session(HEADER + QUESTION + TURN + DRAFT, file).turns
    assert turn == FAILED.model_copy(update=kept)
    assert (turn.usage, Turn.model_validate_json(turn.model_dump_json())) == (Usage(output_tokens=3), turn)
    (unfinished,) = decode_session(HEADER + QUESTION + DRAFT, file).turns
    assert (unfinished.error, unfinished.draft) == (UNFINISHED, "It")
    assert decode_session(HEADER + TURN.replace(b"9c31a07e", b"") + DRAFT, file).turns == (FAILED,)
    answered = TURN.replace(b'"answer":null', b'"answer":{"question":"Why?","text":"So."}')
    assert decode_session(HEADER + QUESTION + answered + DRAFT, file).turns[0].draft == ""
    assert decode_session(HEADER + QUESTION + TURN + DRAFT, file).usage == Usage(output_tokens=3)


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("q" * 60, "q" * 60),
        ("q" * 61, "q" * 59 + "…"),
        ("q" * 58 + " " + "q" * 9, "q" * 58 + "…"),
        (" a \n b ", "a b"),
    ],
)
def test_a_title_that_is_a_question_has_sixty_characters(sessions: Sessions, question: str, title: str) -> None:
    id = sessions.new().id
    assert sessions.record(id, turn(question)).title == title
    assert sessions.record(id, turn("later")).title == title


@pytest.mark.parametrize(
    ("content", "rest"),
    [
        (b"", b""),
        (HEADER, HEADER),
        (HEADER[:-1], HEADER),
        (HEADER[:20], b""),
        (HEADER[:1], b""),
        (HEADER + TITLE[:-1], HEADER + TITLE),
        (HEADER + TITLE[:-2], HEADER),
        (HEADER + b"?", HEADER),
        (HEADER + b"?\n", HEADER + b"?\n"),
        (b"%PDF", b"%PDF\n"),
        (b"%PDF\n" + TITLE[:9], b"%PDF\n"),
    ],
)
def test_only_a_last_line_that_was_being_written_is_dropped(content: bytes, rest: bytes) -> None:
    assert drop_torn_line(content) == rest


def test_a_line_torn_at_any_byte_costs_that_turn_only(sessions: Sessions, tmp_path: Path) -> None:
    id = sessions.new("title").id
    sessions.record(id, turn("first"))
    file = file_of(tmp_path, id)
    before = file.stat().st_size
    sessions.record(id, turn("second “é”"))
    content = file.read_bytes()
    for cut in range(before, len(content)):
        file.write_bytes(content[:cut])
        survived = ["first"] if cut < len(content) - 1 else ["first", "second “é”"]  # only its newline is lacking
        assert questions(sessions, id) == survived
        assert [info.turns for info in sessions.list()] == [len(survived)]
        assert [turn.question for turn in sessions.record(id, turn("3")).turns] == [*survived, "3"]
        assert questions(sessions, id) == [*survived, "3"]
        assert file.read_bytes().endswith(b"}\n")


def test_a_header_torn_at_any_byte_is_no_session_yet(sessions: Sessions, tmp_path: Path) -> None:
    id = sessions.new("title").id
    file = file_of(tmp_path, id)
    content = file.read_bytes()
    for cut in range(len(content) - 1):
        file.write_bytes(content[:cut])
        assert sessions.list() == []
        for call in (sessions.get, lambda id: sessions.record(id, turn("?"))):
            with pytest.raises(NotFound):
                call(id)
    sessions.delete(id)
    assert not file.exists()


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"\0\0\0\0", 1),
        (b"%PDF-1.7\n", 1),
        (b'{"kind":"title","title":"no header"}\n', 1),
        (b'HEADER\n{"kind":"title"}\n', 2),
        (b"HEADER\nHEADER\n", 2),
        (b'HEADER\n\n{"kind":"title","title":"\xff"}\nHEADER', 3),
        (b'HEADER\n{"kind":"turn","turn":{"question":"when?"}}\n', 2),
    ],
)
def test_damage_is_named_by_its_line(sessions: Sessions, tmp_path: Path, content: bytes, line: int) -> None:
    id = sessions.new().id
    file = file_of(tmp_path, id)
    file.write_bytes(content.replace(b"HEADER", file.read_bytes().strip()))
    with pytest.raises(LibraryDamaged, match=f"^Line {line} of session file .*{id}.*delete the session"):
        sessions.get(id)
    assert [(info.id, info.turns) for info in sessions.list()] == [(id, 0)]


def test_a_newer_file_is_not_called_damaged(sessions: Sessions, tmp_path: Path) -> None:
    id = sessions.new().id
    file = file_of(tmp_path, id)
    file.write_bytes(file.read_bytes().replace(b'"format":1', b'"format":2') + b'{"kind":"fork"}\n')
    with pytest.raises(LibraryError, match="newer version") as caught:
        sessions.get(id)
    assert not isinstance(caught.value, LibraryDamaged)


@contextmanager
def no_file_longer_than(size: int) -> Iterator[None]:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def test_a_full_disk_loses_nothing_that_was_saved(sessions: Sessions, tmp_path: Path) -> None:
    id = sessions.new("title").id
    sessions.record(id, turn("first"))
    content = file_of(tmp_path, id).read_bytes()
    with no_file_longer_than(len(content) + 50), pytest.raises(LibraryError, match=f"{id}.*cannot be written.*intact"):
        sessions.record(id, turn("second"))
    assert file_of(tmp_path, id).read_bytes() == content
    with no_file_longer_than(20), pytest.raises(LibraryError, match="cannot be written"):
        sessions.new("another")
    assert list(tmp_path.glob("*.jsonl")) == [file_of(tmp_path, id)]
    sessions.record(id, turn("third"))
    assert questions(sessions, id) == ["first", "third"]


def writer(folder: Path, id: str, who: str, count: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(folder), id, who, str(count)]
    return subprocess.Popen(command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def start(process: subprocess.Popen[str]) -> None:
    assert process.stdin
    process.stdin.write("go\n")
    process.stdin.flush()


def test_two_processes_do_not_tear_each_others_lines(sessions: Sessions, tmp_path: Path) -> None:
    id = sessions.new().id
    with writer(tmp_path, id, "a", 40) as a, writer(tmp_path, id, "b", 40) as b:
        for process in (a, b):
            assert process.stdout
            assert process.stdout.readline() == "ready\n"
        for process in (a, b):
            start(process)
        assert a.wait() == b.wait() == 0
    saved = [question.split()[:2] for question in questions(sessions, id)]
    for who in "ab":
        assert [number for by, number in saved if by == who] == [str(number) for number in range(40)]
    assert len(saved) == 80


def test_two_processes_on_different_sessions_do_not_meet(sessions: Sessions, tmp_path: Path) -> None:
    ids = {who: sessions.new(who).id for who in "ab"}
    with writer(tmp_path, ids["a"], "a", 40) as a, writer(tmp_path, ids["b"], "b", 40) as b:
        for process in (a, b):
            start(process)
        assert a.wait() == b.wait() == 0
    for who, id in ids.items():
        assert [question.split()[:2] for question in questions(sessions, id)] == [[who, str(n)] for n in range(40)]
    assert {hit.session.id for hit in sessions.search("39")} == set(ids.values())


@pytest.mark.parametrize("acknowledged", [1, 7, 20])
def test_kill_9_loses_at_most_the_turn_being_written(sessions: Sessions, tmp_path: Path, acknowledged: int) -> None:
    id = sessions.new().id
    with writer(tmp_path, id, "a", 100_000) as process:
        assert process.stdout
        start(process)
        said = [process.stdout.readline() for _ in range(acknowledged + 1)]
        process.kill()
        said += process.stdout.readlines()
    told = len([line for line in said[1:] if line.endswith("\n")])
    saved = [question.split()[1] for question in questions(sessions, id)]
    assert saved == [str(number) for number in range(len(saved))]
    assert told <= len(saved) <= told + 1
    assert len(sessions.record(id, turn("after")).turns) == len(saved) + 1
