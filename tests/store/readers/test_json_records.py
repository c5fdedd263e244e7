"""JSON that is strict, nearly JSON, or hostile."""

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.readers.json_records import MAX_DEPTH, Value, parse_values
from tests.store.readers.reading import anything


@given(st.lists(st.dictionaries(st.text(), anything, max_size=4), max_size=4), st.sampled_from([None, 1]))
def test_an_array_gives_its_objects(objects: list[dict[str, Any]], indent: int | None) -> None:
    text = json.dumps(objects, indent=indent)
    assert [found.value for found in parse_values(text)] == objects
    assert [found.value for found in parse_values("\n".join(map(json.dumps, objects)))] == objects
    assert not any(found.doubt or found.fault for found in parse_values(text))


@given(st.text())
def test_any_text_gives_values_or_a_fault(text: str) -> None:
    found = list(parse_values(text))
    assert all(not one.fault for one in found[:-1])
    assert found or re.fullmatch(r"[\s,\[\]\ufeff]*", text)


@pytest.mark.parametrize(
    ("text", "value", "doubt"),
    [
        ('{"a": NaN}', {"a": None}, ""),
        ('{"a": -Infinity}', {"a": None}, "-Infinity"),
        ('{"a": 1e999}', {"a": None}, "1e999"),
        ('{"a": 1, "a": 2, "b": 1e999}', {"a": 2, "b": None}, "missing; a field stands twice"),
        ('{"b": {"a": 1, "a": 1}}', {"b": {"a": 1}}, "stands twice"),
        (r'{"a": "\ud800x", "\udfff": 1}', {"a": "\ufffdx", "\ufffd": 1}, "surrogate"),
        (r'{"a": "\ud83d\ude00 \\ud800"}', {"a": "\U0001f600 \\ud800"}, ""),
        ('{"a": "tab\tand NUL\x00"}', {"a": "tab\tand NUL\x00"}, ""),
    ],
)
def test_what_can_be_read_is_read_with_a_doubt(text: str, value: object, doubt: str) -> None:
    (found,) = parse_values(text)
    assert (found.value, found.fault) == (value, "")
    assert doubt in found.doubt
    assert bool(doubt) == bool(found.doubt)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('{"a": 1', "not valid JSON: Expecting ',' delimiter (column 8)"),
        ('{"a": 1e999, "b" 1}', "not valid JSON"),
        ("title: A", "not valid JSON"),
        ('{"a":' * 100_000, "nested more than 100 levels"),
        ('{"a":' * (MAX_DEPTH + 1) + "1" + "}" * (MAX_DEPTH + 1), "nested more than 100 levels"),
        ('{"a": ' + "9" * 5000 + "}", "too many digits"),
        ('{"a": "\udcff"}', "not valid UTF-8"),
        ("\x00\x00", "not valid JSON"),
    ],
)
def test_what_cannot_be_read_is_a_fault(text: str, fault: str) -> None:
    (found,) = parse_values(text)
    assert fault in found.fault


def test_nesting_up_to_the_limit_is_read() -> None:
    (found,) = parse_values('{"a":' * (MAX_DEPTH - 1) + "1" + "}" * (MAX_DEPTH - 1))
    assert not found.fault


def test_a_fault_says_that_the_rest_was_not_read() -> None:
    assert list(parse_values('[{"a": 1}, {"a" 2}, {"a": 3}]')) == [
        Value({"a": 1}, 1),
        Value(None, 11, fault="not valid JSON: Expecting ':' delimiter (column 17); nothing after it was read"),
    ]
