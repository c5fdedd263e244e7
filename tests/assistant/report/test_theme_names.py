"""Names of themes: noun phrases of their papers, without the words that all titles have."""

import pytest

from assistant.report.theme_names import NAMELESS, name_themes
from store.paper import Paper
from tests.assistant import small


def review(n: int, of: str, abstract: str) -> Paper:
    return small.paper(f"p{of}{n}", f"Wildfire {of}: a systematic review", abstract)


SMOKE = [
    review(n, "smoke exposure", "We review the smoke exposure of people near fires, and its costs.") for n in range(4)
]
SOIL = [review(n, "soil erosion", "We review the soil erosion of slopes after fires, and its costs.") for n in range(4)]


def test_a_theme_is_named_by_what_its_papers_have_and_others_do_not() -> None:
    smoke, soil = name_themes([SMOKE, SOIL])
    assert (smoke.name, soil.name) == ("smoke exposure", "soil erosion")
    for words in (*smoke.terms, *soil.terms):
        assert not {"wildfire", "review", "systematic", "costs"} & {*words.lower().split()}


def test_a_name_ends_where_the_noun_does() -> None:
    (name, _) = name_themes(
        [
            [
                small.paper(
                    "a", "Averaging weights improves accuracy", "It often improves accuracy of weight averaging."
                ),
                small.paper("b", "Weight averaging improves accuracy", "It improves accuracy by weight averaging."),
            ],
            [
                small.paper("c", "Queues of jobs", "The control of queues is hard."),
                small.paper("d", "Queues of people", "The control of queues is hard."),
            ],
        ]
    )
    assert name.name == "weight averaging"


@pytest.mark.parametrize("list_of_adjectives", ["narrow, blue light", "narrow to broad light", "narrow or broad light"])
def test_an_adjective_before_another_one_names_nothing(list_of_adjectives: str) -> None:
    lit = [small.paper(f"l{n}", f"Narrow light {n}", f"We treat skin by {list_of_adjectives}.") for n in range(2)]
    heated = [small.paper(f"h{n}", f"Heat of skin {n}", "We treat skin by heat.") for n in range(2)]
    named = name_themes([lit, heated])[0]
    assert "narrow" not in (named.name, *named.terms)
    assert "light" in named.name


def test_a_second_phrase_is_joined_where_the_first_tells_of_few_papers() -> None:
    papers = [
        small.paper("a", "Queueing networks", "We control queueing networks."),
        small.paper("b", "On queueing networks", "Bounds for queueing networks."),
        small.paper("c", "Rare events", "The odds of rare events."),
        small.paper("d", "Simulated rare events", "The odds of rare events."),
    ]
    others = [small.paper(f"o{n}", "Fairness at work", "A bound on fairness.") for n in range(4)]
    first, second = name_themes([papers, others])
    assert first.name == "rare events and queueing networks"
    assert second.name == "fairness"


def test_no_theme_is_called_untitled_or_like_another() -> None:
    untitled = [small.paper(f"u{n}", "(untitled)", "") for n in range(3)]
    frogs = [[small.paper(f"{group}{n}", "Frogs", "Songs of frogs.") for n in range(3)] for group in "ab"]
    names = [name.name for name in name_themes([untitled, *frogs])]
    assert names[0] == NAMELESS
    assert len({*names}) == 3


def test_words_are_written_as_abstracts_write_them() -> None:
    papers = [
        small.paper(f"t{n}", "A BROADER VIEW OF THOMPSON SAMPLING", "The odds of Thompson sampling.") for n in range(2)
    ]
    others = [small.paper(f"o{n}", "Frogs of ponds", "Songs of frogs.") for n in range(2)]
    assert name_themes([papers, others])[0].name == "Thompson sampling"


def test_a_word_of_any_text_is_named_last_and_is_no_term() -> None:
    """The word “safety” stands in as many titles and abstracts of the theme as “croaks” does, and in no other."""
    songs = [review(n, "safety of croaks", "We tell the safety of croaks.") for n in range(4)]
    ponds = [review(n + 4, "ponds", "Ponds are deep.") for n in range(4)]
    first, _ = name_themes([songs, ponds])
    assert first.name == "croaks"
    assert "safety" not in first.terms


def test_a_paper_by_itself_is_named_by_its_title() -> None:
    alone = Paper(id="alone", title="Multimodal and time-lapse pond registration", abstract="An approach is told.")
    others = [review(n, "approaches", "The approach is told.") for n in range(3)]
    assert name_themes([[alone], others])[0].name == "time-lapse pond registration"


def test_one_word_in_two_numbers_is_one_name() -> None:
    one = [review(n, "lasers", "Lasers warm the skin of toads.") for n in range(3)]
    other = [review(n + 3, "lasers", "A laser warms the skin of frogs.") for n in range(3)]
    rest = [review(n + 6, "ponds", "Ponds are deep.") for n in range(9)]
    names = [theme.name for theme in name_themes([one, other, rest])]
    assert len({name.removesuffix("s") for name in names}) == 3


def test_what_a_title_begins_with_before_a_preposition_names_a_theme() -> None:
    lit = [small.paper(f"l{n}", "Photopneumatic light for toads", "The efficacy is told.") for n in range(3)]
    others = [small.paper(f"o{n}", "On the efficacy of ponds", "Ponds are deep.") for n in range(3)]
    assert name_themes([lit, others])[0].name == "photopneumatic light"
