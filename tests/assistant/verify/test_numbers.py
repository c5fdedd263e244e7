import pytest

from assistant.verify.numbers import is_same_quantity, parse_quantities
from assistant.verify.tokens import fold_text


def read(text: str) -> list[tuple[float, str]]:
    return [(round(one.value, 6), one.kind) for one in parse_quantities(fold_text(text))]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("72,000 widgets", 72_000),
        ("72 000 widgets", 72_000),
        ("72k widgets", 72_000),
        ("72 thousand widgets", 72_000),
        ("seventy-two thousand widgets", 72_000),
        ("1.5 million users", 1_500_000),
        ("1B parameters", 1e9),
        ("fourteen seasons", 14),
        ("a hundred runs", 100),
        ("one-step policies", 1),
        ("10⁻³ errors", 0.001),
        ("3.5 × 10⁶ cells", 3_500_000),
        ("2e-5 errors", 0.00002),
        ("2^10 states", 1024),
        ("11·9 cases", 11.9),
        (r"$N=100,000$ draws", 100_000),
        ("the second stage", 2),
        ("dated 2021-03-04", 20210304),
    ],
)
def test_figures_and_words_have_a_value(text: str, value: float) -> None:
    assert [found for found, _ in read(text)] == [value]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"94\%", [(94, "percent")]),
        ("94 percent", [(94, "percent")]),
        ("ninety-four per cent", [(94, "percent")]),
        ("half", [(50, "percent")]),
        ("two thirds", [(66.666667, "percent")]),
        ("4 to 6 pp", [(4, "points"), (6, "points")]),
        ("2-10 times", [(2, "times"), (10, "times")]),
        (r"$10$-$300 \mathsf{P}$ times", [(10, "times"), (300, "times")]),
        ("10x to over 1000x", [(10, "times"), (1000, "times")]),
        ("by a factor of 10 to more than 1000", [(10, "times"), (1000, "times")]),
        ("twice", [(2, "times")]),
        ("a two-fold gain", [(2, "times")]),
        ("tenfold", [(10, "times")]),
        (r"72,000$\times$", [(72_000, "times")]),
        ("an order of magnitude", [(1, "order")]),
        ("three orders of magnitude", [(3, "order")]),
        ("several orders of magnitude", [(2, "vague")]),
        ("hundreds of runs", [(100, "vague")]),
        ("zeroth order", [(0, "ordinal")]),
        ("first-order", [(1, "ordinal")]),
        ("the second point", [(2, "ordinal")]),
        ("half points", [(50, "percent")]),
    ],
)
def test_numbers_have_a_kind(text: str, expected: list[tuple[float, str]]) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "dimension", "value"),
    [("5 mg", "mass", 0.005), ("3 hours", "time", 10_800), ("2 weeks", "time", 1_209_600), ("4 km", "length", 4000)],
)
def test_units_are_converted(text: str, dimension: str, value: float) -> None:
    (found,) = parse_quantities(text)
    assert (found.unit, found.value) == (dimension, value)


@pytest.mark.parametrize("text", ["L2M and T1D", "one of them", "(1) this and (2) that", "CO₂", "a first look"])
def test_names_pronouns_and_enumerators_are_no_numbers(text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize(
    ("text", "about"), [("about 90", "near"), ("over 600", "over"), ("up to 5", "under"), ("9", "")]
)
def test_approximations_are_told(text: str, about: str) -> None:
    assert [one.about for one in parse_quantities(text)] == [about]


def test_both_ends_of_a_range_have_its_unit() -> None:
    assert [(one.unit, one.value) for one in parse_quantities("4 to 6 hours")] == [("time", 14_400), ("time", 21_600)]


def same(claim: str, source: str) -> bool:
    (one,), (other,) = parse_quantities(fold_text(claim)), parse_quantities(fold_text(source))
    return is_same_quantity(one, other)


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("72k", "72,000"),
        ("0.94", "94%"),
        ("94.5", "94.5%"),
        ("ten times", "an order of magnitude"),
        ("two-fold", "2x"),
        ("half", "50%"),
        ("180 minutes", "3 hours"),
        ("3", "3 hours"),
        ("over 600", "635"),
        ("nearly 400", "398"),
        ("about 91%", "90.94%"),
        ("hundreds", "412"),
        ("a speedup of 3.3", "3.3x"),
        ("2nd", "second"),
        ("6", "6 percentage points"),
        ("over 600", "600"),
        ("up to 600", "501"),
        ("up to 600", "600"),
        ("about 600", "650"),  # Half a step of the last digit that is told.
        ("over 4.5", "4.55"),
        ("dozens", "12"),
        ("about 980", "1000"),  # Two hundredths.
        ("about a third", "34%"),
        ("about a third", "31%"),
        ("a third", "33%"),
        ("over a third", "38%"),
        ("under a quarter", "21%"),
        ("nearly two thirds", "64%"),
    ],
)
def test_the_same_in_another_form(claim: str, source: str) -> None:
    assert same(claim, source)


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("94.1%", "94%"),
        ("9,000", "90,000"),
        ("2x", "2%"),
        ("94 items", "94%"),
        ("6%", "6 percentage points"),
        ("5 g", "5 mg"),
        ("3 days", "3 kg"),
        ("ten times", "two orders of magnitude"),
        ("90%", "90.94%"),
        ("over 700", "635"),
        ("about 80", "90"),
        ("412", "hundreds"),
        ("hundreds", "12"),
        ("two widgets", "2x"),
        ("over 600", "700"),
        ("over 4.5", "4.7"),
        ("hundreds", "10000"),
        ("over 600", "599"),
        ("up to 600", "500"),
        ("up to 600", "601"),
        ("about 600", "651"),
        ("about 979", "1000"),
        ("about 0", "0.4"),
        ("over 0", "0.5"),
        ("about a third", "29%"),
        ("about a third", "38%"),
        ("a third", "34%"),
        ("over a third", "33%"),
        ("over a third", "45%"),
        ("under a quarter", "26%"),
        ("about half", "56%"),
    ],
)
def test_another_number_kind_or_unit(claim: str, source: str) -> None:
    assert not same(claim, source)
