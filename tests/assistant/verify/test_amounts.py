import pytest

from assistant.verify.numbers import alike, parse_quantities
from assistant.verify.tokens import fold_text


def same(claim: str, source: str) -> bool:
    (one,), (other,) = parse_quantities(fold_text(claim)), parse_quantities(fold_text(source))
    return alike(one, other)


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
    ],
)
def test_another_number_kind_or_unit(claim: str, source: str) -> None:
    assert not same(claim, source)
