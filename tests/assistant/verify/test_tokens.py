import pytest

from assistant.verify import tokens as lexicon
from assistant.verify.tokens import cue, cue_stem, groups, is_plain, opposites, stem


def test_no_two_words_are_both_alike_and_opposite() -> None:
    clashes = [
        (one, other) for one, others in lexicon._opposites().items() for other in others if groups(one) & groups(other)
    ]
    assert clashes == []


def test_opposites_go_both_ways_and_never_to_themselves() -> None:
    table = lexicon._opposites()
    assert [(one, other) for one, others in table.items() for other in others if one not in table[other]] == []
    assert [one for one, others in table.items() if one in others] == []


def test_groups_hold_more_than_one_word() -> None:
    assert [line for line in lexicon._lines("synonyms.txt") if len(line.split()) < 2] == []


@pytest.mark.parametrize("word", ["build", "builds", "building", "tries", "stopped", "using", "notably", "broadly"])
def test_plain_words_count_in_their_forms(word: str) -> None:
    assert is_plain(word)


@pytest.mark.parametrize("word", ["conditional", "satellite", "random", "bootstrap", "policy", "language", "normal"])
def test_terms_of_a_field_are_not_plain(word: str) -> None:
    assert not is_plain(word)


def test_a_stop_word_stands_for_itself() -> None:
    assert stem("Not") == "not"
    assert stem("improvements") == stem("improving")
    assert stem("more") in opposites(stem("less"))


def test_cues_are_read_by_name() -> None:
    assert cue("denies", "without")
    assert not cue("denies", "with")
    assert cue_stem("denies", stem("fails"))


def test_a_word_of_any_length_has_a_stem() -> None:
    assert stem("x" * 10_000) == "x" * 10_000
