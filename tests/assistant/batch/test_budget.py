"""What a batch may take: the limits are included, and what is under way counts at its worst."""

import pytest

from assistant.batch.budget import Budget, OverBudget
from assistant.types import Usage


def usage(read: int, wrote: int = 0, dollars: float | None = None) -> Usage:
    return Usage(input_tokens=read, output_tokens=wrote, dollars=dollars)


def test_tokens_read_and_written_count_together_up_to_the_limit() -> None:
    budget = Budget(max_tokens=100, taken=usage(30, 10))
    budget.check(usage(40, 20))
    assert budget.spent is False
    with pytest.raises(OverBudget):
        budget.check(usage(40, 21))
    assert budget.spent is True


def test_dollars_count_up_to_the_limit() -> None:
    budget = Budget(max_cost=1.0, taken=usage(1, dollars=0.25))
    budget.check(usage(1, dollars=0.75))
    with pytest.raises(OverBudget):
        budget.check(usage(1, dollars=0.76))


def test_what_has_no_known_price_counts_as_free() -> None:
    budget = Budget(max_cost=0.5)
    budget.check(usage(10**9))
    budget.take(usage(10**9))
    budget.check(usage(1, dollars=0.5))


def test_each_limit_holds_beside_the_other() -> None:
    for worst in (usage(11, dollars=0.5), usage(5, dollars=1.5)):
        with pytest.raises(OverBudget):
            Budget(max_tokens=10, max_cost=1.0).check(worst)
    Budget(max_tokens=10, max_cost=1.0).check(usage(10, dollars=1.0))


def test_a_limit_of_nothing_lets_nothing_through() -> None:
    with pytest.raises(OverBudget):
        Budget(max_tokens=0).check(usage(1))
    with pytest.raises(OverBudget):
        Budget(max_cost=0.0).check(usage(1, dollars=0.01))
    Budget().check(usage(10**9, dollars=10.0**6))


def test_what_was_taken_adds_up() -> None:
    budget = Budget(max_tokens=20)
    budget.take(usage(5, 3, 0.5))
    budget.take(usage(4, 2, 0.25))
    assert budget.taken == usage(9, 5, 0.75)
    budget.check(usage(6))
    with pytest.raises(OverBudget):
        budget.check(usage(7))


def test_what_is_reserved_counts_until_it_is_given_back() -> None:
    budget = Budget(max_tokens=100)
    with budget.reserve(usage(60)):
        with pytest.raises(OverBudget), budget.reserve(usage(41)):
            raise AssertionError("there was no room")
        with budget.reserve(usage(40)), pytest.raises(OverBudget):
            budget.check(usage(1))
        budget.check(usage(40))
    budget.check(usage(100))
    assert budget.taken == Usage()


def test_a_request_that_fails_gives_its_room_back() -> None:
    budget = Budget(max_tokens=100)
    with pytest.raises(ZeroDivisionError), budget.reserve(usage(100)):
        _ = 1 / 0
    budget.check(usage(100))
