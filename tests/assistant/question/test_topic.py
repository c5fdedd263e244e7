from pathlib import Path

import pytest

from assistant.question.topic import (
    extract_stems,
    is_exact,
    join_alternatives,
    list_near_words,
    make_mention_filters,
    read_topic,
    read_words,
    stands_close,
    stands_in,
)
from store.filters import Filters
from store.index.snapshot import Snapshot
from tests.assistant import small

PAPERS = (
    small.paper("long", "Chatting", "Here large language models (LLMs) chat. A large language model may lie."),
    small.paper("short", "Agents", "An LLM plans; LLMs act."),
    small.paper("far", "Translation", "A large model of a language translates."),
    small.paper("plural", "Skins", "Actinic keratoses were treated with light."),
    small.paper("one", "Skin", "An actinic keratosis was frozen."),
    small.paper("other", "Bandits", "Bandits explore. Thompson sampling (TS) exploits."),
)


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """The papers above."""
    folder: Path = tmp_path_factory.mktemp("topics")
    snapshot = small.assistant(folder, PAPERS).library.view()
    assert snapshot is not None
    return snapshot


def list_mentioning(view: Snapshot, *words: str) -> set[str]:
    return set(view.list_ids(make_mention_filters(view, words)))


def test_abbreviations_are_known_both_ways(view: Snapshot) -> None:
    assert view.find_equivalents("LLM") == ("large language models",)
    assert view.find_equivalents("LLMs") == ("large language models",)
    assert view.find_equivalents("large language model") == ("LLM",)
    assert view.find_equivalents("Thompson sampling") == ("TS",)
    assert view.find_equivalents("bandits") == view.find_equivalents("") == ()


def test_a_topic_is_worded_as_its_papers_do(view: Snapshot) -> None:
    topic = read_topic(view, "LLM")
    assert [(wording.text, wording.literal) for wording in topic.wordings] == [
        ("LLM", True),
        ("LLMs", True),
        ("large language models", False),
    ]
    assert topic.search_text == "LLM LLMs large language models"
    assert read_topic(view, "large language models").search_text == "large language models LLM LLMs"


def test_alternatives_are_read_apart(view: Snapshot) -> None:
    topic = read_topic(view, "bandits or Thompson sampling")
    assert [wordings[0].text for wordings in topic.alternatives] == ["bandits", "Thompson sampling"]


def test_two_choices_in_one_phrase_are_no_alternatives(view: Snapshot) -> None:
    (wordings,) = read_topic(view, "Dutch or Flemish readers, writers or critics").alternatives
    assert wordings[0].text == "Dutch or Flemish readers writers or critics"
    assert len(read_topic(view, "Dutch or Flemish readers writers or critics").alternatives) == 1
    # A phrase of two words between two "or" is one of three alternatives.
    assert len(read_topic(view, "cats or guinea pigs or dogs").alternatives) == 3


@pytest.fixture(scope="module")
def kidneys(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """Papers that say "renal" and never "kidney", and "heart" beside "cardiac"."""
    papers = (
        small.paper("renal", "Renal failure", "Renal failure after surgery of the heart."),
        small.paper("cardiac", "Cardiac arrest", "Cardiac arrest in the young."),
    )
    snapshot = small.assistant(tmp_path_factory.mktemp("kidneys"), papers).library.view()
    assert snapshot is not None
    return snapshot


def test_a_word_that_no_paper_has_is_worded_nearly_the_same(kidneys: Snapshot) -> None:
    near = [wording for wording in read_topic(kidneys, "kidney failure", near=True).wordings if wording.near]
    assert [(wording.text, wording.literal) for wording in near] == [("renal failure", False)]
    assert list_near_words(kidneys, "Kidney failure of astronauts") == {"Kidney": ("renal",)}


def test_a_word_that_a_paper_has_stands_for_itself_and_mentions_are_literal(kidneys: Snapshot) -> None:
    assert not any(wording.near for wording in read_topic(kidneys, "heart", near=True).wordings)
    assert list_near_words(kidneys, "renal heart") == {}
    assert not any(wording.near for wording in read_topic(kidneys, "kidney").wordings)
    assert list_mentioning(kidneys, "kidney") == set()


@pytest.mark.parametrize(
    ("word", "opposite"),
    [
        ("disadvantages", "advantages"),
        ("disadvantage", "advantages"),
        ("unsafe", "safe"),
        ("illegal", "legal"),
        ("expensive", "cheap"),
        ("larger", "smaller"),
        ("wives", "husbands"),
        ("downstream", "upstream"),
        ("easier", "harder"),
        ("sixteen", "fifteen"),
        ("Latvia", "Lithuania"),
        ("Friday", "Saturday"),
        ("Calgary", "Alberta"),
        ("Beijing", "Shanghai"),
    ],
)
def test_an_opposite_stands_for_no_word(tmp_path: Path, word: str, opposite: str) -> None:
    """Their vectors are as near as those of words that mean the same, and the papers say the contrary."""
    papers = (small.paper("one", f"The {opposite} thing", f"Of what is {opposite}."),)
    view = small.assistant(tmp_path, papers).library.view()
    assert view is not None
    assert list_near_words(view, word) == {}
    assert list_near_words(view, opposite) == {}


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        (("LLM",), {"long", "short", "far"}),  # "far" is left out by who reads the paper.
        (("bandit",), {"other"}),
        (("keratosis",), {"plural", "one"}),
        (("actinic keratoses",), {"plural", "one"}),
        (("light keratosis",), {"plural"}),
        (("bandits or keratosis",), {"other", "plural", "one"}),
        (("actinic", "frozen"), {"one"}),
        (("blockchain",), set()),
    ],
)
def test_papers_that_mention_words(view: Snapshot, words: tuple[str, ...], ids: set[str]) -> None:
    assert list_mentioning(view, *words) == ids


def test_a_plain_noun_behind_a_compound_may_be_missing(view: Snapshot) -> None:
    assert list_mentioning(view, "Thompson-sampling approach") == {"other"}
    assert list_mentioning(view, "Thompson approach") == list_mentioning(view, "language approach") == set()


def test_shares_are_weighed_by_rarity(view: Snapshot) -> None:
    (wordings,) = read_topic(view, "actinic light").alternatives
    whole = wordings[0].measure_share({"actin", "light"})
    assert whole == 1.0
    assert 0 < wordings[0].measure_share({"actin"}) < wordings[0].measure_share({"light"}) < 1
    assert wordings[0].measure_pairs({"actin", "light"}, {("actin", "light")}) == 1.0
    assert wordings[0].measure_pairs({"actin", "light"}, {("light", "actin")}) == 0.0


def test_words_that_a_question_joins_by_or_are_alternatives() -> None:
    asked = "Which papers use reinforcement learning or bandits, and queues?"
    assert join_alternatives(asked, ("reinforcement learning", "bandits", "queues")) == (
        "reinforcement learning or bandits",
        "queues",
    )
    assert join_alternatives("papers that use a and b", ("a", "b")) == ("a", "b")


def test_no_words_make_no_condition(view: Snapshot) -> None:
    assert make_mention_filters(view, ()) == Filters()


@pytest.mark.parametrize(
    ("words", "text", "there"),
    [
        ("T-invariants", "Each T-invariant was computed.", True),
        ("T-invariants", "Invariants of the system hold at time t.", False),
        ("T cells", "Human T cells were counted.", True),
        ("T cells", "The cells were counted.", False),
        ("hepatitis S", "Hepatitis S was found.", True),
        ("hepatitis S", "Hepatitis was found.", False),
    ],
)
def test_a_letter_that_is_not_in_the_index_is_a_word_of_a_name(
    view: Snapshot, words: str, text: str, there: bool
) -> None:
    topic = read_words(view, words)
    assert not is_exact(topic)
    assert stands_in(topic, small.paper("x", "Title", text)) is there


@pytest.mark.parametrize(
    ("asked", "other", "same"),
    [
        ("transformers", "transform", False),
        ("transformers", "transformer", True),
        ("controllers", "controlled", False),
        ("users", "used", False),
        ("personalization", "person", False),
        ("personalization", "personalized", True),
        ("organizations", "organs", False),
        ("experiments", "experiences", False),
        ("experiments", "experimentation", True),
        ("simulations", "simulated", True),
        ("regulates", "regulation", True),
        ("development", "developing", True),
    ],
)
def test_stems_that_readers_tell_apart(asked: str, other: str, same: bool) -> None:
    assert (extract_stems(asked) == extract_stems(other)) is same


def test_the_words_of_a_phrase_stand_close_together(view: Snapshot) -> None:
    topic = read_topic(view, "quality of life")
    assert stands_close(topic, small.paper("x", "Burns", "We measure the quality of their later life."))
    assert not stands_close(topic, small.paper("x", "Burns", "Quality of care was high. Nobody lost his life."))
    assert stands_close(read_topic(view, "life"), small.paper("x", "Life", "Text."))
    assert not stands_close(read_topic(view, "life"), small.paper("x", "Life", "Text."), fewest=2)
