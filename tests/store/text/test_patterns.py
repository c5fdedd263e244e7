"""Patterns that are compiled at their first use."""

import re
from typing import Any

import pytest

from store.text.patterns import compile_lazily, find_from


def test_it_acts_as_the_compiled_one() -> None:
    pattern = compile_lazily(r"(?P<year>\d{4})", re.I)
    assert [match["year"] for match in pattern.finditer("1999 and 2004")] == ["1999", "2004"]
    assert pattern.sub("…", "in 1999") == "in …"
    assert pattern.fullmatch("1999") is not None
    assert pattern.fullmatch("199") is None
    assert pattern.groupindex == {"year": 1}
    assert compile_lazily("ab", re.I).search("AB") is not None
    assert compile_lazily("ab").search("AB") is None


def test_it_is_compiled_when_it_is_first_used_and_once(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[tuple[Any, ...]] = []
    compile_now = re.compile

    def compile_and_count(*args: Any) -> re.Pattern[str]:
        compiled.append(args)
        return compile_now(*args)

    monkeypatch.setattr(re, "compile", compile_and_count)
    pattern = compile_lazily("a+", re.I)
    assert pattern.pattern == "a+"
    assert compiled == []
    assert pattern.search("baa") is not None
    assert pattern.search("b") is None
    assert pattern.match("aa") is not None
    assert compiled == [("a+", re.I)]


def test_what_is_wrong_with_a_pattern_is_said_at_its_first_use() -> None:
    pattern = compile_lazily("(")
    with pytest.raises(re.error, match="missing"):
        pattern.search("a")


def test_it_has_no_other_attributes_than_a_pattern() -> None:
    with pytest.raises(AttributeError):
        compile_lazily("a").finds  # type: ignore[attr-defined]  # noqa: B018


@pytest.mark.parametrize(
    ("firsts", "pattern", "text", "found"),
    [
        ("[.!]", r"[.!]+(?=\s|$)|\.\.x", "A. b! 0.5 c?!. ..x ...x", [".", "!", "!.", "..x", "..x"]),
        ("[(,]", r"\(\w{1,3}\)|(?<!\d)[,(]", "a (bc), 1,5 (d, e)", ["(bc)", ",", "(", ","]),
        ("[x]", "xx?", "xxx", ["xx", "x"]),
        ("[x]", "xx?", "none", []),
    ],
)
def test_matches_are_found_by_their_first_characters(firsts: str, pattern: str, text: str, found: list[str]) -> None:
    matches = [*find_from(re.compile(firsts), re.compile(pattern), text)]
    assert [match[0] for match in matches] == found
    assert [match.span() for match in matches] == [match.span() for match in re.finditer(pattern, text)]
