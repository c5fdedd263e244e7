import pytest

from assistant.verify import tokens as lexicon
from assistant.verify.tokens import find_opposites, find_synonym_groups, is_cue, is_cue_stem, is_plain, stem_word


def test_no_two_words_are_both_alike_and_opposite() -> None:
    clashes = [
        (one, other)
        for one, others in lexicon._load_opposites().items()
        for other in others
        if find_synonym_groups(one) & find_synonym_groups(other)
    ]
    assert clashes == []


def test_opposites_go_both_ways_and_never_to_themselves() -> None:
    table = lexicon._load_opposites()
    assert [(one, other) for one, others in table.items() for other in others if one not in table[other]] == []
    assert [one for one, others in table.items() if one in others] == []


def test_groups_hold_more_than_one_word() -> None:
    assert [line for line in lexicon._read_lines("synonyms.txt") if len(line.split()) < 2] == []


@pytest.mark.parametrize("word", ["build", "builds", "building", "tries", "stopped", "using", "notably", "broadly"])
def test_plain_words_count_in_their_forms(word: str) -> None:
    assert is_plain(word)


@pytest.mark.parametrize("word", ["conditional", "satellite", "random", "bootstrap", "policy", "language", "normal"])
def test_terms_of_a_field_are_not_plain(word: str) -> None:
    assert not is_plain(word)


def test_a_stop_word_stands_for_itself() -> None:
    assert [stem_word(word) for word in ("Not", "always", "does", "this")] == ["not", "always", "does", "this"]
    assert [stem_word(word) for word in ("works", "needs")] == ["work", "need"]
    assert stem_word("improvements") == stem_word("improving")
    assert stem_word("more") in find_opposites(stem_word("less"))


def test_cues_are_read_by_name() -> None:
    assert is_cue("denies", "without")
    assert not is_cue("denies", "with")
    assert is_cue_stem("denies", stem_word("fails"))


def test_a_word_of_any_length_has_a_stem() -> None:
    assert stem_word("x" * 10_000) == "x" * 10_000
