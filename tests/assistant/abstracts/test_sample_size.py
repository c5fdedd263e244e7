"""How many were studied: whom an abstract says to have come into the study, and no part, harm or hit of a search."""

import pytest

from assistant.abstracts.passages import list_passages
from assistant.abstracts.sample_size import find_sample
from store.paper import Paper


def read(abstract: str) -> str:
    size = find_sample(list_passages(Paper(id="p", title="T", abstract=abstract)))
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
