"""How many were studied, as abstracts say it."""

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
