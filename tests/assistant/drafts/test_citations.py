import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.drafts.citations import find_citations


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("so it is [@poe2020].", [("poe2020",)]),
        ("[@poe2020; see @roe-1999, pp. 3-4; -@doe:x_1]", [("poe2020", "roe-1999", "doe:x_1")]),
        ("@poe2020 [p. 3] shows", [("poe2020",)]),
        ("as @poe2020, @roe1999. And", [("poe2020",), ("roe1999",)]),
        ("[@10.1145/3292500.3330701]", [("10.1145/3292500.3330701",)]),
        ("@{https://doi.org/10.1/x(y)}", [("https://doi.org/10.1/x(y)",)]),
        (r"as in \cite{a,b , c}", [("a", "b", "c")]),
        (
            r"\citep[see][p. 3]{a} and \citet*{b} and \parencite{c} and \Textcite[4]{d}",
            [("a",), ("b",), ("c",), ("d",)],
        ),
        (r"\citep[see @other]{a}", [("a",)]),
        ("[@a] [@a]", [("a",), ("a",)]),
    ],
)
def test_citations_and_their_keys(text: str, keys: list[tuple[str, ...]]) -> None:
    assert [one.keys for one in find_citations(text)] == keys


@pytest.mark.parametrize(
    "text",
    [
        "write to ann@example.org",
        "[ann@example.org](mailto:ann@example.org)",
        r"an escaped \@handle",
        "an @ alone",
        r"\nocite{*} \cite{} \cite{ , }",
        "[see 3] and [x](y)",
    ],
)
def test_what_is_no_citation(text: str) -> None:
    assert find_citations(text) == []


def test_in_latex_an_at_sign_cites_nothing() -> None:
    assert [one.keys for one in find_citations(r"a@b @c [@d] \cite{e}", is_latex=True)] == [("e",)]


@pytest.mark.parametrize(
    ("text", "apart"),
    [("[@a]", True), ("@a", False), (r"\citep{a}", True), (r"\citet{a}", False), (r"\Textcite{a}", False)],
)
def test_which_citations_are_part_of_the_grammar(text: str, apart: bool) -> None:
    assert [one.apart for one in find_citations(text)] == [apart]


@given(st.text(alphabet=r"[]{}@\cite,; abX.:-_", max_size=80), st.booleans())
def test_mentions_are_in_order_and_apart(text: str, latex: bool) -> None:
    last = 0
    for one in find_citations(text, latex):
        assert last <= one.start < one.end <= len(text)
        assert one.keys
        last = one.end


def test_brackets_without_end_take_no_time() -> None:
    assert find_citations("[" * 200_000 + r"\cite{" * 20_000 + "@" * 100_000) == []
