"""Question files, good and bad."""

from pathlib import Path

import pytest

from assistant.evaluate import Question, load_questions
from store.errors import SourceError

GOOD = b'{"id":"a","type":"fact","question":"What?","papers":["T"],"answer_all":["14","9"],"note":"more"}'


def written(folder: Path, content: bytes) -> Path:
    (folder / "questions.jsonl").write_bytes(content)
    return folder / "questions.jsonl"


def test_reads_questions_in_order(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        b"\xef\xbb\xbf" + GOOD + b"\r\n\n"
        b'{"id":"b","type":"followup","history":["What?"],"question":"And?","papers":["T","U"],"need_all_papers":true}\n'
        b'{"id":"c","type":"unanswerable","question":"Who?","papers":[],"abstain":true}',
    )
    assert load_questions(path) == [
        Question(id="a", type="fact", question="What?", papers=("T",), answer_all=("14", "9")),
        Question(id="b", type="followup", question="And?", papers=("T", "U"), need_all_papers=True, history=("What?",)),
        Question(id="c", type="unanswerable", question="Who?", abstain=True),
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "Invalid JSON"),
        (b"[]", "object"),
        (b"\xff\xfe\x00", "Invalid JSON"),
        (b'{"id":"b","type":"fact"}', "question: Field required"),
        (b'{"id":"b","type":"fact","question":" "}', "question: "),
        (b'{"id":"b","type":"fact","question":"What?","answer_any":["fine",""]}', "answer_any.1: "),
        (b'{"id":"b","type":"fact","question":"What?","answer_any":"90.94"}', "answer_any: "),
        (GOOD, "the id 'a' comes twice"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: bytes, reason: str) -> None:
    path = written(tmp_path, GOOD + b"\n\n" + line + b"\n")
    with pytest.raises(SourceError) as caught:
        load_questions(path)
    assert f"{path}:3: " in caught.value.what
    assert reason in caught.value.what
    assert caught.value.hint


@pytest.mark.parametrize("content", [b"", b"\n \n"])
def test_a_file_without_questions_is_an_error(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(SourceError, match="holds no question"):
        load_questions(written(tmp_path, content))


def test_a_file_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing.jsonl"):
        with pytest.raises(SourceError, match=f"{path} cannot be read"):
            load_questions(path)


def test_reads_the_shared_questions(shared: Path) -> None:
    questions = load_questions(shared / "eval" / "questions.jsonl")
    assert len(questions) == 24
    assert sum(question.abstain for question in questions) == 3
    assert all(question.papers for question in questions if not question.abstain)
