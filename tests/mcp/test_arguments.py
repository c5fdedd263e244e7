"""Arguments that a schema forbids, said in our words."""

from typing import Any

import pytest

from assistant.mcp.tool_table import TOOLS
from assistant.mcp.tools import read_arguments
from store.errors import InputError

BY_NAME = {tool.name: tool for tool in TOOLS}


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("ask", {}, r"ask needs 'question'\. It takes: question, quotes, filters\."),
        ("ask", {"question": None}, "ask needs 'question'"),
        ("ask", {"quesion": "x"}, r"no argument 'quesion'\. Did you mean 'question'\?"),
        ("ask", {"question": 3}, r"ask: 'question' is not what it has to be\. Give a text\."),
        ("ask", {"question": "x", "quotes": "yes"}, "Give true or false"),
        ("ask", {"question": "x", "session": "last"}, "no argument 'session'"),
        ("ask", {"question": "x", "filters": []}, "Give an object of names and values"),
        ("ask", {"question": "x", "filters": {"session": "last"}}, "There is no filter 'session'"),
        ("ask", {"question": "x", "filters": {"autor": "Che"}}, "Did you mean 'author'"),
        ("search", {"query": "x", "k": 0}, r"search: 'k' is 0\. Give from 1 to 50\."),
        ("search", {"query": "x", "k": 51}, r"'k' is 51\."),
        ("search", {"query": "x", "k": True}, "Give a whole number"),
        ("search", {"query": "x", "k": 1.5}, "Give a whole number"),
        ("verify", {"sentences": "x"}, "Give a list"),
        ("verify", {"sentences": []}, r"'sentences' is 0 entries\. Give from 1 to 50\."),
        ("verify", {"sentences": ["x"] * 51}, r"is 51 entries\."),
        ("verify", {"sentences": ["x", 3]}, r"'sentences', entry 2, is not what it has to be\. Give a text\."),
        ("report", {"kind": "novel"}, r"'kind' cannot be 'novel'\. It is one of: themes, timeline"),
        ("report", {"most": 0}, r"Give from 1 up\."),
        ("report", {"save": "x.md"}, "conspectus mcp --write"),
    ],
)
def test_what_cannot_be_used_is_said(name: str, given: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_arguments(BY_NAME[name], given, write=False)


def test_what_can_be_used_is_handed_on_and_null_is_nothing() -> None:
    given = {"query": "x", "k": 50, "filters": {"author": "Che", "year_from": None}}
    assert read_arguments(BY_NAME["search"], given, write=False) == {
        "query": "x",
        "k": 50,
        "filters": {"author": "Che"},
    }
    assert read_arguments(BY_NAME["report"], {"topic": "x", "most": None}, write=False) == {"topic": "x"}
    assert read_arguments(BY_NAME["report"], {"save": "x.md"}, write=True) == {"save": "x.md"}
