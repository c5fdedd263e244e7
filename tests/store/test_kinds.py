"""Kinds of papers that were mistyped."""

import pytest

from store.kinds import suggest_kind


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("preprnt", "preprint"),
        ("systematic reveiw", "systematic review"),
        ("meta-analisis", "meta analysis"),
        ("rct", ""),
        ("preprints", ""),
        ("podcast", ""),
    ],
)
def test_what_may_have_been_meant(typed: str, meant: str) -> None:
    assert suggest_kind(typed) == meant
