"""How many were studied: whom an abstract says to have come into the study, and no part, harm or hit of a search."""

import pytest

from assistant.abstracts.passages import list_passages
from assistant.abstracts.sample_size import find_sample, is_sample_size
from tests.assistant import small


@pytest.mark.parametrize(
    "name", ["sample size", "sample sizes", "n", "participants", "number of patients", "Cohort size"]
)
def test_names_of_a_sample(name: str) -> None:
    assert is_sample_size(name)


@pytest.mark.parametrize("name", ["size", "batch size", "patients who died", "number of lesions", ""])
def test_names_of_other_things(name: str) -> None:
    assert not is_sample_size(name)


@pytest.mark.parametrize(
    ("abstract", "sentence"),
    [
        (
            "Acne is common. Thirty-five patients were enrolled. Nine patients had pain.",
            "Thirty-five patients were enrolled.",
        ),
        ("We treat lesions of subjects (n=21). All 12 weeks went well.", "We treat lesions of subjects (n=21)."),
        ("A total of 310 ponies were weighed in 2004.", "A total of 310 ponies were weighed in 2004."),
        ("It took 20 minutes in 2004. The dose was 48 J.", None),
    ],
)
def test_the_sentence_that_counts_those_who_were_studied(abstract: str, sentence: str | None) -> None:
    value = find_sample(list_passages(small.paper("p", "Title", abstract)))
    assert (value and value.passage.text) == sentence


def read(abstract: str) -> str:
    size = find_sample(list_passages(small.paper("p", "T", abstract)))
    return size.text if size else ""


@pytest.mark.parametrize(
    ("abstract", "size"),
    [
        (
            "PARTICIPANTS: Thirty-two subjects with acne. RESULTS: Three subjects who were evaluated withdrew.",
            "32",
        ),
        ("PATIENTS AND METHODS: 14 adults with acne. RESULTS: In total 40 lesions were treated.", "14"),
        ("We examined the records of 154 adult patients. Of these, 14 patients developed fibrillation.", "154"),
        ("In all, 524 titles were screened; 5 studies, including a total of 71 patients, were taken.", "71"),
        ("After a search by two reviewers, 94 publications were included.", "94"),
        ("Harms were seen in one group (n = 5), another (n = 3) and a cohort of 40 patients was treated.", "40"),
    ],
)
def test_those_who_came_into_the_study_are_counted(abstract: str, size: str) -> None:
    assert read(abstract) == size


@pytest.mark.parametrize(
    "abstract",
    [
        "Two patients experienced dryness.",
        "Three adverse events were probably related to the treatment that was evaluated.",
        "In total, 3,942 unique articles were screened by title.",
        "Of 3,772 papers identified through a database search, few told it.",
        "The risk was increased (n = 1 study).",
        "In the extract 31 phenolic compounds were identified.",
    ],
)
def test_parts_harms_and_what_a_search_finds_are_no_sample(abstract: str) -> None:
    assert read(abstract) == ""
