"""What stands in a field and is none of the work's own."""

import pytest

from store.readers.artefacts import is_placeholder, strip_frame
from tests.store.readers.reading import Read, doubts, papers


@pytest.mark.parametrize(
    "text",
    ["[No abstract available]", "NA", "nan", "Abstract", "n/a", "Lorem ipsum dolor sit amet", "No abstract", "-"],
)
def test_a_placeholder_is_nothing(text: str) -> None:
    assert is_placeholder(text, "abstract")


@pytest.mark.parametrize(
    "text", ["No evidence of harm was found in mice.", "Nan is a town.", "We know nothing.", "None of"]
)
def test_a_sentence_is_something(text: str) -> None:
    assert not is_placeholder(text, "abstract")


BODY = "Forests and owls are managed. We study how that is done in many places over many years."


@pytest.mark.parametrize(
    "text",
    [
        f"Abstract {BODY}",
        f"ABSTRACT: {BODY}",
        f"Abstract. {BODY}",
        f"{BODY} © 2017 Elsevier Ltd. All rights reserved.",
        f"{BODY} Copyright (C) 2018 The Authors. Published by Wiley.",
        f"{BODY} Keywords: forest, owl, management.",
        f"© 2019 IEEE. {BODY}",
        f"ABSTRACT{BODY}",
        f"{BODY} This article is protected by copyright. All rights reserved.",
        f"{BODY} (PsycInfo Database Record (c) 2020 APA, all rights reserved)",
        f"{BODY} [ABSTRACT FROM AUTHOR]",
    ],
)
def test_the_frame_of_an_abstract_is_left_out(text: str) -> None:
    assert strip_frame(text, "A title") == BODY


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Abstract Meaning Representation is a formalism. It is used.", "A title"),
        ("Abstract interpretation is a theory.", "A title"),
        ("Abstract Domains are used for proofs.", "Abstract domains"),
        ("BACKGROUND: Owls. METHODS: We count. CONCLUSION: They are there.", "A title"),
        ("The copyright of songs is studied. Copyright holders disagree.", "A title"),
        ("We study keywords: they are short.", "A title"),
    ],
)
def test_what_belongs_to_it_stays(text: str, title: str) -> None:
    assert strip_frame(text, title) == text


def test_the_missing_values_of_r_are_none(read: Read) -> None:
    table = 'title,author,year,journal,abstract,volume\nA title,"Poe, Ann",2001,J,Words.,NA\nOther,NA,NA,NA,NA,NA\n'
    first, second = papers(read(table))
    assert (first.authors[0].family, "volume" in first.extra) == ("Poe", False)
    assert (second.authors, second.venue, second.date, second.abstract) == ((), None, None, "")


def test_a_record_is_not_lost_for_a_title_that_says_nothing(read: Read) -> None:
    items = read("TY  - JOUR\nTI  - Title\nAU  - Poe, Ann\nER  - \n")
    assert papers(items)[0].title == "Title"
    assert "the title says nothing: 'Title'" in doubts(items)[0]
