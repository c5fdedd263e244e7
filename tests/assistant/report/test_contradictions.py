"""Contradictions between papers: found where they are, and few where there are none."""

import json
from pathlib import Path

import pytest

from assistant.client import Assistant
from assistant.report.contradictions import find_contradictions, find_opposed
from assistant.report.extractive import list_sentences
from assistant.report.kinds import NONE
from assistant.report.pipeline import build_report
from assistant.report.schema import Bucket, ReportKind, ReportSpec
from tests.assistant import small

PAIRS = Path(__file__).resolve().parents[3] / "benchmarks" / "contradictions.jsonl"
CONTRADICTION = ReportSpec(kind=ReportKind.CONTRADICTIONS)


def test_few_false_alarms_and_most_contradictions_on_made_up_pairs() -> None:
    found = {"contradiction": [0, 0, 0], "none": [0, 0, 0]}
    for record in map(json.loads, PAIRS.read_text(encoding="utf-8").splitlines()):
        papers = [small.paper(name, name, record[name]) for name in ("one", "other")]
        pairs = find_contradictions(papers)
        found[record["label"]][2 if not pairs else 0 if pairs[0].sure else 1] += 1
    assert found["contradiction"][0] >= 18
    assert found["none"][0] == 0
    assert found["none"][1] <= 3


def test_the_sample_has_none(namkoong: Assistant) -> None:
    report = build_report(namkoong.library, CONTRADICTION)
    assert [(section.heading, section.note) for section in report.sections] == [("Contradictions", NONE)]
    assert {entry.bucket for entry in report.ledger} == {Bucket.UNUSED}


@pytest.mark.parametrize(
    ("other", "heading"),
    [
        ("We find that vitamin D does not reduce the risk of infections.", "Contradictions"),
        ("Vitamin D does not reduce the risk of infections in seals.", "Tensions"),
    ],
)
def test_a_pair_stands_in_a_row_with_its_reason(other: str, heading: str, tmp_path: Path) -> None:
    papers = [
        small.paper("a", "On D", "We like trials. Vitamin D reduces the risk of infections."),
        small.paper("b", "Against D", other),
        small.paper("c", "Rest", "Queues are long in summer."),
    ]
    with small.assistant(tmp_path / "library", papers) as made:
        report = build_report(made.library, CONTRADICTION)
    section = next(one for one in report.sections if one.table)
    assert section.heading == heading
    assert section.table is not None
    ((one, another, why),) = section.table.rows
    assert {one.claims[0].text, another.claims[0].text} == {"Vitamin D reduces the risk of infections.", other}
    assert "reduce" in why.text
    assert {entry.paper_id: entry.bucket for entry in report.ledger} == {
        "a": Bucket.CITED,
        "b": Bucket.CITED,
        "c": Bucket.UNUSED,
    }


def test_a_paper_does_not_contradict_itself() -> None:
    both = "Vitamin D reduces the risk of infections. Vitamin D does not reduce the risk of infections."
    assert find_contradictions([small.paper("a", "A", both)]) == []
    assert find_contradictions([small.paper("a", "A", "???"), small.paper("b", "B", "!!!")]) == []


def test_what_others_say_against_a_claim_and_nothing_between_them() -> None:
    claim = small.paper("a", "On D", "Vitamin D reduces the risk of infections.")
    others = [
        small.paper(
            "b", "Against D", "Queues are long. We find that vitamin D does not reduce the risk of infections."
        ),
        small.paper("c", "For D", "We find that vitamin D reduces the risk of infections in winter."),
    ]
    [pair] = find_opposed(list(list_sentences(claim)), others)
    assert (pair.first.paper.id, pair.second.paper.id) == ("a", "b")
    assert find_opposed([], others) == []
    assert find_opposed(list(list_sentences(claim)), []) == []


@pytest.mark.parametrize("lack", ["pain-free", "both pain- and side effect-free"])
def test_a_lack_in_one_word_contradicts_no_lack(lack: str) -> None:
    papers = [
        small.paper("a", "A", "The treatment is free of pain and side-effects."),
        small.paper("b", "B", f"Treatment appears to be {lack}."),
    ]
    assert find_contradictions(papers) == []


def test_of_two_papers_neither_is_called_the_source() -> None:
    papers = [
        small.paper("a", "On D", "Vitamin D reduces the risk of infections."),
        small.paper("b", "Against D", "We find that vitamin D does not reduce the risk of infections."),
    ]
    [pair] = find_contradictions(papers)
    assert pair.reason == "one says “reduces”, the other “not reduce”"
