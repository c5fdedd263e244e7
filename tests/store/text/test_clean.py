"""A record's text as a whole: stable, harmless, quick, and unchanged where nothing is to be done."""

import difflib
import json
import random
import re
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from store.text import math as mathtext
from store.text.clean import clean_text
from tests.counting import LINEAR, growth
from tests.store.text.strategies import HOSTILE
from tests.store.text.test_characters import FORBIDDEN


@given(st.text() | HOSTILE)
@example("&" + "amp;" * 30 + "lt;b>")
@example("<" * 30 + "b>" * 30)
@example(r"\$a\$ &#36;b&#36; \textbackslash textbackslash \{")
@settings(max_examples=200, deadline=None)
def test_cleaning_twice_changes_nothing(raw: str) -> None:
    for tex in (False, True):
        clean = clean_text(raw, tex=tex)
        assert clean_text(clean) == clean
        assert not FORBIDDEN.search(clean)


def test_every_abstract_of_the_listing_stays_apart_from_its_latex(shared: Path) -> None:
    records = json.loads((shared / "eval/listing_records.json").read_text())["records"]
    for record in records:
        raw, clean = record["abstract"], clean_text(record["abstract"])
        assert clean_text(record["title"]) == record["title"]
        assert clean_text(clean) == clean
        if not record["abstract_has_latex"]:
            assert clean == raw
            continue
        assert not re.search(r"[\\$]", clean)
        for kind, start, end, _, _ in difflib.SequenceMatcher(None, raw, clean, autojunk=False).get_opcodes():
            near = raw[max(0, start - 30) : end + 30]
            assert kind == "equal" or re.search(r"[\\$]|--", near), near


@pytest.mark.parametrize(
    "unit",
    ["word ", "Größe — ", "{", "$", "$ a ", "$x$", r"\begin{equation}", r"\emph{", r"\frac{", "\\", r"\(", "<", "<b ",
     "&amp;", "<sup>", "<math>", "<!--", "\x1b]0;", "\u200b", r"\"a ", "``", "% ", r"\foo{", "http://", "^{",
     "<title>", "-"],
)  # fmt: skip
def test_twice_the_text_costs_twice_as_much(unit: str) -> None:
    assert growth(lambda size: clean_text(unit * (size // len(unit))), 20_000) <= LINEAR


@pytest.fixture
def uncached(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each formula is read anew, so that what was read before does not count."""
    monkeypatch.setattr(mathtext, "_write_formula", mathtext._write_formula.__wrapped__)


@pytest.mark.usefixtures("uncached")
def test_the_cost_of_formulas_is_bounded() -> None:
    def formulas(count: int) -> str:
        return " ".join(rf"$\sqrt[3]{{{number}}}$" for number in range(count))  # pylatexenc parses it

    # The first thousand use the budget up; of each other one only the marks are taken away: 1.13 measured.
    assert growth(lambda count: clean_text(formulas(count)), 2000) < 1.2
    clean = clean_text(formulas(20_000))
    assert clean.startswith("√0 √1 ")
    assert clean.endswith("19999")


@pytest.mark.usefixtures("uncached")
def test_twice_the_noise_costs_twice_as_much() -> None:
    noise = "".join(random.Random(1).choices("\\${}<>&;\"'`~^_-% abemph\n", k=40_000))
    assert growth(lambda size: clean_text(noise[:size]), 20_000) <= LINEAR
