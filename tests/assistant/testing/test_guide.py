"""docs/testing.md: its examples run, and it names what there is."""

import re
from pathlib import Path
from typing import Any

import assistant.testing
from assistant.testing.faults import FAULTS

GUIDE = Path(__file__).resolve().parents[3] / "docs" / "testing.md"


def test_the_examples_run_one_after_the_other() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    examples = list(re.finditer(r"^```python\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL))
    assert len(examples) == text.count("```") // 2
    namespace: dict[str, Any] = {"__name__": "guide"}
    for example in examples:
        # As many empty lines in front as the guide has, so that a failure names its line.
        before = "\n" * text[: example.start(1)].count("\n")
        exec(compile(before + example[1], GUIDE, "exec"), namespace)


def test_it_names_every_stand_in_and_every_fault() -> None:
    names = {*re.findall(r"\w+", GUIDE.read_text(encoding="utf-8"))}
    told_by_others = {"ChatRequest", "FakeOpenAIServer", "RecordedRequest"}  # Nobody makes these by hand.
    assert {*assistant.testing.__all__} - told_by_others - names == set()
    assert {*FAULTS} - names == set()
