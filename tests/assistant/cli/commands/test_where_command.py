import io
from pathlib import Path

import pytest

from assistant.drafts.place import Places
from tests.assistant.cli.running import Run

SOUP = "The resulting ViT-G model, which attains 90.94% top-1 accuracy on ImageNet, achieved a new state of the art."


def test_a_sentence_and_its_place(run: Run, built: Path) -> None:
    done = run("where", SOUP, library=built)
    assert done.code == 0
    assert done.out.startswith("1 paper says this, word for word.\n\n= ")
    assert "[@wortsman2022model] word for word in its source" in done.out
    assert f"“{SOUP}” (characters " in done.out


def test_json_is_one_document_with_spans(run: Run, built: Path) -> None:
    places = Places.model_validate(run("where", "1.6 points", "--json", library=built).json)
    (place,) = places.said
    assert place.title == "Robust fine-tuning of zero-shot models"
    assert place.end - place.start == len(place.quote)
    assert place.decision.by == "number"


def test_what_no_paper_says_ends_with_three_and_what_is_denied_stands_apart(run: Run, built: Path) -> None:
    nothing = run("where", "Tungsten boils at a very high temperature.", library=built)
    assert (nothing.code, nothing.out) == (3, "No paper in the library says this.\n")
    denied = run("where", SOUP.replace("90.94", "89.94"), library=built)
    assert denied.code == 3
    assert "\nSay otherwise\n\n✗ Model soups" in denied.out


def test_filters_and_the_limit_are_kept(run: Run, built: Path) -> None:
    assert run("where", SOUP, "--author", "Duchi", library=built).code == 3
    assert run("where", SOUP, "--limit", "0", library=built).code == 2


def test_standard_input(run: Run, built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Input:
        def __init__(self, content: bytes) -> None:
            self.buffer = io.BytesIO(content)

        def isatty(self) -> bool:
            return False

    for content, code in ((SOUP.encode(), 0), (b"\xff\xfe\xff", 2), (b"x" * 1_000_000, 2), (b"", 2)):
        monkeypatch.setattr("sys.stdin", Input(content))
        assert run("where", "-", library=built).code == code


def test_an_empty_library_is_said(run: Run, tmp_path: Path) -> None:
    done = run("where", SOUP, library=tmp_path / "none")
    assert done.code == 3
    assert "is empty" in done.err
