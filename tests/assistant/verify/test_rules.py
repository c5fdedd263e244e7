"""Each rule of the check by the smallest source that shows it: the verdict, and every reason in full."""

import pytest

from assistant.types import Support
from assistant.verify import verify
from store.paper import Paper

SUPPORTED, PARTIAL, UNSUPPORTED = Support.SUPPORTED, Support.PARTIAL, Support.UNSUPPORTED
Case = tuple[str, str, Support, list[str]]

ORCHARD = "Bees pollinate apple orchards in spring. Wasps damage ripe fruit."
FAR = "no sentence of the source is close to this"
LITTLE = "this says too little to be checked"
PART = "the source says only a part of this"
REVERSED = "the source compares the two the other way round"


def check(case: Case, title: str = "On Farming") -> None:
    source, claim, support, reasons = case
    verdict = verify(claim, [Paper(id="p", title=title, abstract=source)])
    assert (verdict.support, list(verdict.reasons)) == (support, reasons)


HOW_MUCH_IS_SAID: list[Case] = [
    (ORCHARD, "They show results.", UNSUPPORTED, [LITTLE]),
    (ORCHARD, "They work well and show good results.", UNSUPPORTED, [FAR]),
    (ORCHARD, "Bees.", UNSUPPORTED, [FAR]),
    ("Hives number 94.", "It is 94.", SUPPORTED, []),
    (ORCHARD, "Bees pollinate.", SUPPORTED, []),
    (ORCHARD, "Orchards damage bees.", UNSUPPORTED, [FAR]),
    (ORCHARD, "Fruit and bees, wasps and apple.", PARTIAL, [PART]),
    (ORCHARD, "Spring damage ripe bees.", PARTIAL, [PART]),
    (ORCHARD, "Bees pollinate apple orchards in spring, and wasps damage ripe fruit.", SUPPORTED, []),
]

MISSING_WORDS: list[Case] = [
    (ORCHARD, "Bees pollinate lemon groves.", PARTIAL, ["the source does not speak of “lemon”, “groves”"]),
    (
        ORCHARD,
        "Bees and hens pollinate tomato plants.",
        UNSUPPORTED,
        ["the source does not speak of “hens”, “tomato”, “plants”"],
    ),
    (
        ORCHARD,
        "Bees pollinate apple orchards, meadows, gardens, ponds and lawns.",
        PARTIAL,
        ["the source does not speak of “meadows”, “gardens”, “ponds”"],
    ),
    (
        "Bees pollinate orchards and feed on clover in wet meadows of the north.",
        "BeeNet: meadows feed on bees, orchards pollinate clover.",
        UNSUPPORTED,
        ["the source does not name BeeNet"],
    ),
]

NUMBERS: list[Case] = [
    ("Poems of the ws2000 list rhyme.", "The WS-2000 poems rhyme.", SUPPORTED, []),
    ("WeldNet reads 30 poems.", "WeldNet reads 31 poems.", UNSUPPORTED, ["the number 31 is not in the source"]),
    (
        "The survey covers 14 farms, 9% of valleys.",
        "The survey covers 9 farms.",
        UNSUPPORTED,
        ["the source says 9%, not 9"],
    ),
]

WORD_FOR_WORD: list[Case] = [
    # The first sentence holds back, and yet the last one says it outright.
    ("Bees may pollinate orchards. Bees pollinate orchards.", "Bees pollinate orchards.", SUPPORTED, []),
    ("Alloy X is strong. Alloy X is not strong.", "Alloy X is strong.", SUPPORTED, []),
]

# The three nearest sentences may contradict a claim; those that share far less of it may not.
NEAREST: list[Case] = [
    (
        "Clover feeds brown bees. Clover feeds black bees. Clover never feeds bees.",
        "The study says clover feeds bees.",
        UNSUPPORTED,
        ["the source says “never feeds”, this says “feeds”"],
    ),
    (
        "Clover feeds brown bees. Clover feeds black bees. Clover feeds young bees. Clover never feeds bees.",
        "The study says clover feeds bees.",
        SUPPORTED,
        [],
    ),
    (
        "Clover and rye grow in dry soil, as all know. Clover beats rye in dry soil.",
        "In dry soil rye beats clover, as all know.",
        UNSUPPORTED,
        [REVERSED],
    ),
]

HEDGES: list[Case] = [
    ("Farmers may keep bees.", "Farmers keep bees.", PARTIAL, ["the source says “may”, this says it outright"]),
    ("Farmers seem to keep bees.", "Farmers keep bees.", PARTIAL, ["the source says “seem”, this says it outright"]),
    ("Farmers may keep bees.", "Farmers can keep bees.", SUPPORTED, []),
    ("We may keep bees on farms.", "The authors keep bees on farms.", SUPPORTED, []),
    (
        "It is unknown whether bees pollinate orchards.",
        "Bees pollinate orchards.",
        PARTIAL,
        ["the source says “unknown”, this says it outright", "the source says “whether”, this says it outright"],
    ),
    (
        "It is unknown whether bees pollinate orchards.",
        "The paper asks how bees pollinate orchards.",
        SUPPORTED,
        [],
    ),
    (
        "Bees may pollinate orchards of the valley.",
        "The paper studies how bees pollinate orchards.",
        PARTIAL,
        ["the source says “may”, this says it outright"],
    ),
    # A hedge reaches the next three telling words of its clause, and no farther than seven words.
    (
        "Bees might visit old red barns of stone.",
        "Red barns of stone.",
        PARTIAL,
        ["the source says “might”, this says it outright"],
    ),
    ("Bees might visit old red barns of stone.", "Barns of stone.", SUPPORTED, []),
    (
        "Bees might at the end of it all visit barns.",
        "Bees visit barns.",
        PARTIAL,
        ["the source says “might”, this says it outright"],
    ),
    ("Bees might at the end of it of all visit barns.", "Bees visit barns.", SUPPORTED, []),
    ("Farmers may, in spring, keep bees.", "Farmers keep bees in spring.", SUPPORTED, []),
]

QUANTIFIERS: list[Case] = [
    ("Most farmers keep bees.", "All farmers keep bees.", PARTIAL, ["the source says “Most”, this says “All”"]),
    ("Many farmers keep bees.", "All farmers keep bees.", PARTIAL, ["the source says “Many”, this says “All”"]),
    ("Some farmers keep bees.", "Most farmers keep bees.", PARTIAL, ["the source says “Some”, this says “Most”"]),
    ("Many farmers keep bees.", "Most farmers keep bees.", SUPPORTED, []),
    ("All farmers keep bees.", "Most farmers keep bees.", SUPPORTED, []),
    ("Some farmers keep bees, and most of them sow clover.", "Most farmers keep bees.", SUPPORTED, []),
    ("Some farmers keep bees, and all of them sow clover.", "Most farmers keep bees.", SUPPORTED, []),
    ("Most farmers keep bees, and all of them sow clover.", "All farmers keep bees.", SUPPORTED, []),
    # A quantifier counts by what stands near it.
    (
        "Some storms break trees, and farmers keep bees.",
        "Most farmers keep bees.",
        PARTIAL,
        ["the source says “Some”, this says “Most”"],
    ),
    ("Some storms break old trees, and farmers keep bees.", "Most farmers keep bees.", SUPPORTED, []),
]

ONLY: list[Case] = [
    (
        "Farmers keep bees in spring.",
        "Farmers keep bees only in spring.",
        PARTIAL,
        ["the source does not say “only”"],
    ),
    ("Farmers keep bees in spring.", "Farmers keep bees not only in spring.", SUPPORTED, []),
    ("Farmers keep bees only in spring.", "Farmers keep bees only in spring, as the study says.", SUPPORTED, []),
    ("Bees alone pollinate orchards.", "Only bees pollinate orchards.", SUPPORTED, []),
]


COMPARISONS: list[Case] = [
    ("Clover outperforms rye.", "Rye is outperformed by clover.", SUPPORTED, []),
    ("Clover outperforms rye.", "Rye outperforms clover.", UNSUPPORTED, [REVERSED]),
    ("Clover trails rye.", "Rye trails clover.", UNSUPPORTED, [REVERSED]),
    ("Clover grows slower than rye.", "Rye grows slower than clover.", UNSUPPORTED, [REVERSED]),
    ("Clover grows faster in wet soil than rye.", "Rye grows faster in wet soil than clover.", UNSUPPORTED, [REVERSED]),
    # "More" belongs to a "than" that is seven words off, and to none farther off.
    (
        "Clover yields more hay of the sweet dry sort than rye.",
        "Rye yields more hay of the sweet dry sort than clover.",
        UNSUPPORTED,
        [REVERSED],
    ),
    (
        "Clover yields more hay of the very sweet dry sort than rye.",
        "Rye yields more hay of the very sweet dry sort than clover.",
        SUPPORTED,
        [],
    ),
    ("Bees visit clover instead of rye.", "Bees visit rye instead of clover.", UNSUPPORTED, [REVERSED]),
    ("Bees visit clover rather than rye.", "Bees visit rye rather than clover.", UNSUPPORTED, [REVERSED]),
    # What is done rather than something else says nothing of what is more.
    ("Bees visit clover rather than rye.", "Bees visit rye more than clover.", SUPPORTED, []),
    # Each comparison has its own sides; the second shares the left one of the first where it has none.
    (
        "Clover beats rye, and flax beats oats.",
        "Flax beats rye, and clover beats oats.",
        UNSUPPORTED,
        [REVERSED],
    ),
    ("Clover beats rye in hay and beats flax in seed.", "Flax beats clover in seed.", UNSUPPORTED, [REVERSED]),
    ("Clover beats rye in wet years and loses to flax.", "Rye beats clover in wet years.", UNSUPPORTED, [REVERSED]),
    ("Clover beats rye in wet years and loses to flax.", "Flax beats clover in wet years.", SUPPORTED, []),
    (
        "In 12 trials clover beats rye by 3 points.",
        "In 12 trials rye beats clover by 3 points.",
        UNSUPPORTED,
        [REVERSED],
    ),
    ("Old clover fields beat young rye fields.", "Young clover fields beat old rye fields.", SUPPORTED, []),
    (
        "BeeNet beats all of the large baselines, WaspNet too.",
        "WaspNet beats all of the large baselines, BeeNet too.",
        UNSUPPORTED,
        [REVERSED],
    ),
]


@pytest.mark.parametrize("case", HOW_MUCH_IS_SAID, ids=lambda case: case[1])
def test_a_claim_is_weighed_by_what_of_it_the_source_carries(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", MISSING_WORDS, ids=lambda case: case[1])
def test_words_that_the_source_lacks_are_named(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", NUMBERS, ids=lambda case: case[1])
def test_numbers_are_looked_up_but_for_those_of_names(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", WORD_FOR_WORD, ids=lambda case: case[0])
def test_what_the_source_says_word_for_word_is_supported(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", NEAREST, ids=lambda case: case[0])
def test_only_the_nearest_sentences_contradict(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", HEDGES, ids=lambda case: f"{case[0]} {case[1]}")
def test_a_hedge_left_out_is_partial(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", QUANTIFIERS, ids=lambda case: f"{case[0]} {case[1]}")
def test_a_stronger_quantifier_is_partial(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", ONLY, ids=lambda case: f"{case[0]} {case[1]}")
def test_an_only_of_its_own_is_partial(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", COMPARISONS, ids=lambda case: f"{case[0]} {case[1]}")
def test_a_comparison_turned_round_is_unsupported(case: Case) -> None:
    check(case)


BEES = Paper(id="bees", title="On Bees", abstract="BeeNet feeds bees on dry land.")
HENS = Paper(id="hens", title="On Hens", abstract="WaspNet feeds hens on wet land.")
PIGS = Paper(id="pigs", title="Feeding of Pigs")


def test_each_paper_may_hold_a_part_and_its_names() -> None:
    verdict = verify("BeeNet feeds bees on dry land, and WaspNet feeds hens on wet land.", [BEES, HENS])
    assert (verdict.support, verdict.unused) == (SUPPORTED, ())
    assert [(one.n, one.quote) for one in verdict.citations] == [(2, HENS.abstract), (1, BEES.abstract)]


def test_a_title_is_cited_where_its_paper_has_nothing_else_to_cite() -> None:
    verdict = verify("BeeNet feeds bees; feeding of pigs.", [BEES, PIGS, HENS])
    assert [(one.n, one.paper_id, one.quote) for one in verdict.citations] == [
        (1, "bees", BEES.abstract),
        (2, "pigs", ""),
    ]
    assert verdict.unused == ("hens",)
    farming = Paper(id="p", title="Farming", abstract="Bees pollinate orchards.")
    assert [one.quote for one in verify("Farming: bees pollinate orchards.", [farming]).citations] == [farming.abstract]
