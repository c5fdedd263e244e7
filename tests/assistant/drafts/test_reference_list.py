"""Numbered lists of references in drafts: which entries they have, what cites them, and which papers they mean."""

from pathlib import Path

import pytest

from assistant.drafts.check import check_draft
from assistant.drafts.checked_sentence import SentenceOutcome
from assistant.drafts.citations import CitationResolver, find_citations
from assistant.drafts.reference_list import is_reference_heading, read_reference_list
from assistant.types import Support
from tests.assistant.small import assistant, paper
from tests.counting import LINEAR, growth

DRAFT = """# Ponds

Ponds are wet [1]. Blue light reduces lesions by 34%.[2, 3] Frogs sing [4]. It costs [5] dollars.

References

1. Meer J, Roe B. Ponds and their water. Pond Res. 2019;4(1):64-70.
2) M. Gold and J. Rao, “Blue light for lesions,” in Proc. Light, 2005.
   Reprinted.
[3] Poe A (2001). Something else? doi:10.1000/RED.
4. Smith A. Frogs. Nature. 2001.
"""
PAPERS = (
    paper("meer", "Ponds and Their Water", "Ponds are wet.", authors="Jan Meer, Bo Roe", year=2019),
    paper("gold", "Blue light for lesions", "Blue light reduces lesions by 34%.", authors="M. Gold", year=2005),
    paper("red", "Red light", "Red light does not.", year=2001, identifiers={"doi": "10.1000/red"}),
    paper("notes", "In press", "Nothing."),
)


def test_entries_by_their_numbers() -> None:
    entries = read_reference_list(DRAFT)
    assert [*entries] == [1, 2, 3, 4]
    assert entries[2] == "M. Gold and J. Rao, “Blue light for lesions,” in Proc. Light, 2005. Reprinted."
    assert read_reference_list("1. Once\n2. upon a time\n") == {}
    assert read_reference_list("# References\n1. One\n1. Two\n\n# Appendix\n3. Three\n") == {1: "One"}


@pytest.mark.parametrize(
    ("line", "heads"),
    [
        ("References", True),
        ("## 7. References {-}", True),
        ("**Literature cited:**", True),
        ("REFERENCES:", True),
        ("References are given below", False),
        ("See the bibliography", False),
    ],
)
def test_what_heads_a_list(line: str, heads: bool) -> None:
    assert is_reference_heading(line) is heads


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("so [1].", [("[1]",)]),
        ("so [1, 3–5;7].", [("[1]", "[3]", "[4]", "[5]", "[7]")]),
        ("so.² And so,³⁻⁵ too", [("[2]",), ("[3]", "[4]", "[5]")]),
        ("so [8], [see 3], [1](x), [2]: x", []),
        ("10 ² and", []),
    ],
)
def test_numbers_of_the_list_cite(text: str, keys: list[tuple[str, ...]]) -> None:
    assert [mark.keys for mark in find_citations(text, numbers=range(1, 8))] == keys
    assert find_citations(text) == []


def test_a_draft_is_compared_with_the_papers_of_its_list(tmp_path: Path) -> None:
    with assistant(tmp_path / "library", PAPERS) as own:
        listed = CitationResolver(own.library, listed={1: "Poe A. In press. 2001."})
        assert listed.resolve_key("[1]").paper is None
        ponds, light, frogs, dollars = check_draft(own.library, DRAFT)
    assert [(row.key, row.support) for row in ponds.papers] == [("meer2019ponds", Support.QUOTED)]
    assert [(row.key, row.support) for row in light.papers] == [
        ("gold2005blue", Support.QUOTED),
        ("anon2001red", Support.ABSENT),
    ]
    assert light.text == "Blue light reduces lesions by 34%.[2, 3]"
    assert (frogs.papers[0].key, frogs.outcome) == ("[4]", SentenceOutcome.UNKNOWN)
    assert frogs.papers[0].reasons == ("“Smith A. Frogs. Nature. 2001.” is not in the library",)
    assert dollars.papers == ()


@pytest.mark.parametrize("piece", ["1. A\n", "[1, ", "References\n", "¹⁻", "a.¹"])
def test_it_takes_linear_time(piece: str) -> None:
    def read(size: int) -> None:
        text = f"References\n{piece * size}"
        read_reference_list(text)
        find_citations(text, numbers={1})

    assert growth(read, 200) <= LINEAR
