import json
from pathlib import Path

from assistant.evaluate import Evaluation
from tests.assistant.cli.running import Run

SOUPS = (
    "Model soups: averaging weights of multiple fine-tuned models improves accuracy without increasing inference time"
)
BATCHES = "Adaptive Experimentation at Scale: A Computational Framework for Flexible Batches"
FACT = {
    **{"id": "a", "type": "fact", "question": "What ImageNet top-1 accuracy does the ViT-G model soup reach?"},
    **{"papers": [SOUPS], "answer_any": ["90.94"]},
}
FOLLOW_UP = {
    **{"id": "b", "type": "followup", "question": "Who wrote it?", "papers": [BATCHES]},
    **{"history": ["What is Residual Horizon Optimization?"], "answer_any": ["nine hundred"]},
}
SILENT = {"id": "c", "type": "unanswerable", "question": "What is the boiling point of tungsten?", "abstain": True}


def questions(folder: Path) -> str:
    file = folder / "questions.jsonl"
    file.write_text("\n".join(map(json.dumps, (FACT, FOLLOW_UP, SILENT))), encoding="utf-8")
    return str(file)


def test_scores_and_misses_are_printed(run: Run, built: Path, tmp_path: Path) -> None:
    done = run("eval", questions(tmp_path), library=built)
    assert (done.code, done.err) == (0, "")
    assert "gold@5                1.00  " in done.out
    assert "contains              0.50  " in done.out
    assert "metadata recall          –  " in done.out
    assert "3 questions, 2 of them answerable" in done.out
    assert "b contains: Who wrote it?" in done.out
    assert "“nine hundred”" in done.out


def test_json_is_the_evaluation_and_no_session_is_left(run: Run, built: Path, tmp_path: Path) -> None:
    done = run("eval", questions(tmp_path), "--json", library=built)
    result = Evaluation.model_validate_json(done.out)
    assert (result.cited, result.abstention_recall, result.verbatim) == (1, 1, 1)
    assert run("sessions", "--json", library=built).json == []


def test_a_file_that_holds_no_questions_is_an_error(run: Run, built: Path, tmp_path: Path) -> None:
    done = run("eval", str(tmp_path / "missing.jsonl"), library=built)
    assert (done.code, done.out) == (1, "")
    assert "missing.jsonl" in done.err
