"""Each rule of the check by the smallest source that shows it: the verdict, and every reason in full."""

import pytest

from assistant.types import Support
from assistant.verify import verify
from store.paper import Paper

QUOTED, WORDED, DOUBTFUL, ABSENT, CONTRADICTED = (
    Support.QUOTED,
    Support.WORDED,
    Support.DOUBTFUL,
    Support.ABSENT,
    Support.CONTRADICTED,
)
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
    (ORCHARD, "They show results.", ABSENT, [LITTLE]),
    (ORCHARD, "They work well and show good results.", ABSENT, [FAR]),
    (ORCHARD, "Bees.", ABSENT, [FAR]),
    ("Hives number 94.", "It is 94.", WORDED, []),
    (ORCHARD, "Bees pollinate.", WORDED, []),
    (ORCHARD, "Orchards damage bees.", ABSENT, [FAR]),
    # A quarter is too little for the source to speak of it at all.
    (ORCHARD, "Bees pollinate lemon groves, tall pines, firs and oaks.", ABSENT, [FAR]),
    (ORCHARD, "Fruit and bees, wasps and apple.", DOUBTFUL, [PART]),
    (
        ORCHARD,
        "Spring damage ripe bees.",
        DOUBTFUL,
        [PART, "the source says “damage”, “ripe” apart from the rest of this"],
    ),
    (ORCHARD, "Bees pollinate apple orchards in spring, and wasps damage ripe fruit.", WORDED, []),
]

MISSING_WORDS: list[Case] = [
    (ORCHARD, "Bees pollinate lemon groves.", DOUBTFUL, ["the source does not speak of “lemon”, “groves”"]),
    (
        ORCHARD,
        "Bees and hens pollinate tomato plants.",
        ABSENT,
        ["the source does not speak of “hens”, “tomato”, “plants”"],
    ),
    (
        ORCHARD,
        "Bees pollinate apple orchards, meadows, gardens, ponds and lawns.",
        DOUBTFUL,
        ["the source does not speak of “meadows”, “gardens”, “ponds”"],
    ),
    (
        "Bees pollinate orchards and feed on clover in wet meadows of the north.",
        "BeeNet: meadows feed on bees, orchards pollinate clover.",
        ABSENT,
        ["the source does not name BeeNet"],
    ),
]

# Where a name is unknown, nothing is said of how little of the rest there is.
UNKNOWN_NAME: Case = (ORCHARD, "BeeNet: spring damage ripe bees.", ABSENT, ["the source does not name BeeNet"])

STEPS = "The plan does this: 1) sow clover 2) mow hay 3) rest."

NUMBERS: list[Case] = [
    (
        "WeldNet improves yields by 4 to 6 percentage points.",
        "WeldNet improves yields by 4 to 6%.",
        DOUBTFUL,
        ["the source says 4 percentage points, not 4 %", "the source says 6 percentage points, not 6%", PART],
    ),
    # The items of a list are counted.
    (STEPS, "The plan does 3 things.", WORDED, []),
    (
        STEPS,
        "The plan does 4 things: sow clover, mow hay and rest.",
        CONTRADICTED,
        ["the number 4 is not in the source, which has 3"],
    ),
    (
        "The plan: 1) sow clover.",
        "The plan does 1 thing: sow clover.",
        ABSENT,
        ["the number 1 is not in the source"],
    ),
    ("Poems of the ws2000 list rhyme.", "The WS-2000 poems rhyme.", WORDED, []),
    (
        "Poems of the ws2000 list rhyme on 30 pages.",
        "The WS-2000 poems rhyme on 31 pages.",
        CONTRADICTED,
        ["the number 31 is not in the source, which has 30"],
    ),
    (
        "WeldNet reads 30 poems.",
        "WeldNet reads 31 poems.",
        CONTRADICTED,
        ["the number 31 is not in the source, which has 30"],
    ),
    (
        "The survey covers 14 farms, 9% of valleys.",
        "The survey covers 9 farms.",
        CONTRADICTED,
        ["the source says 9%, not 9"],
    ),
]

WORD_FOR_WORD: list[Case] = [
    # The first sentence holds back, and yet the last one says it outright.
    ("Bees may pollinate orchards. Bees pollinate orchards.", "Bees pollinate orchards.", QUOTED, []),
    ("Alloy X is strong. Alloy X is not strong.", "Alloy X is strong.", QUOTED, []),
]

# The three nearest sentences may contradict a claim; those that share far less of it may not.
NEAREST: list[Case] = [
    (
        "Clover feeds brown bees. Clover feeds black bees. Clover never feeds bees.",
        "The study says clover feeds bees.",
        CONTRADICTED,
        ["the source says “never feeds”, this says “feeds”"],
    ),
    (
        "Clover feeds brown bees. Clover feeds black bees. Clover feeds young bees. Clover never feeds bees.",
        "The study says clover feeds bees.",
        WORDED,
        [],
    ),
    (
        "Clover and rye grow in dry soil, as all know. Clover beats rye in dry soil.",
        "In dry soil rye beats clover, as many know.",
        CONTRADICTED,
        [REVERSED],
    ),
]

HEDGES: list[Case] = [
    ("Farmers may keep bees.", "Farmers keep bees.", DOUBTFUL, ["the source says “may”, this says it outright"]),
    ("Farmers seem to keep bees.", "Farmers keep bees.", DOUBTFUL, ["the source says “seem”, this says it outright"]),
    ("Farmers may keep bees.", "Farmers can keep bees.", WORDED, []),
    ("We may keep bees on farms.", "The authors keep bees on farms.", WORDED, []),
    (
        "It is unknown whether bees pollinate orchards.",
        "Bees pollinate orchards.",
        DOUBTFUL,
        ["the source says “unknown”, this says it outright", "the source says “whether”, this says it outright"],
    ),
    (
        "It is unknown whether bees pollinate orchards.",
        "The paper asks how bees pollinate orchards.",
        WORDED,
        [],
    ),
    (
        "Bees may pollinate orchards of the valley.",
        "The paper studies how bees pollinate orchards.",
        DOUBTFUL,
        ["the source says “may”, this says it outright"],
    ),
    # A hedge reaches the next three telling words of its clause, and no farther than seven words.
    (
        "Bees might visit old red barns of stone.",
        "Red barns of stone.",
        DOUBTFUL,
        ["the source says “might”, this says it outright"],
    ),
    ("Bees might visit old red barns of stone.", "Barns of stone.", WORDED, []),
    (
        "Bees might at the end of it all visit barns.",
        "Bees visit barns.",
        DOUBTFUL,
        ["the source says “might”, this says it outright"],
    ),
    ("Bees might at the end of it of all visit barns.", "Bees visit barns.", WORDED, []),
    ("Farmers may, in spring, keep bees.", "Farmers keep bees in spring.", WORDED, []),
]

QUANTIFIERS: list[Case] = [
    ("Most farmers keep bees.", "All farmers keep bees.", DOUBTFUL, ["the source says “Most”, this says “All”"]),
    ("Many farmers keep bees.", "All farmers keep bees.", DOUBTFUL, ["the source says “Many”, this says “All”"]),
    ("Some farmers keep bees.", "Most farmers keep bees.", DOUBTFUL, ["the source says “Some”, this says “Most”"]),
    ("Many farmers keep bees.", "Most farmers keep bees.", DOUBTFUL, ["the source says “Many”, this says “Most”"]),
    ("All farmers keep bees.", "Most farmers keep bees.", WORDED, []),
    (
        "Some farmers keep bees, and most of them sow clover.",
        "Most farmers keep bees.",
        WORDED,
        [],
    ),
    ("Some farmers keep bees, and all of them sow clover.", "Most farmers keep bees.", WORDED, []),
    (
        "Most farmers keep bees, and all of them sow clover.",
        "All farmers keep bees.",
        DOUBTFUL,
        ["the source says “Most”, this says “All”"],
    ),
    # A quantifier counts by what stands near it.
    (
        "Some storms break trees, and farmers keep bees.",
        "Most farmers keep bees.",
        DOUBTFUL,
        ["the source says “Some”, this says “Most”"],
    ),
    ("Some storms break old trees, and farmers keep bees.", "Most farmers keep bees.", WORDED, []),
]

ONLY: list[Case] = [
    (
        "Farmers keep bees in spring.",
        "Farmers keep bees only in spring.",
        DOUBTFUL,
        ["the source does not say “only”"],
    ),
    ("Farmers keep bees in spring.", "Farmers keep bees not only in spring.", WORDED, []),
    ("Farmers keep bees only in spring.", "Farmers keep bees only in spring, as the study says.", WORDED, []),
    ("Bees alone pollinate orchards.", "Only bees pollinate orchards.", WORDED, []),
]


COMPARISONS: list[Case] = [
    ("Clover outperforms rye.", "Rye is outperformed by clover.", WORDED, []),
    ("Clover outperforms rye.", "Rye outperforms clover.", CONTRADICTED, [REVERSED]),
    ("Clover trails rye.", "Rye trails clover.", CONTRADICTED, [REVERSED]),
    ("Clover grows slower than rye.", "Rye grows slower than clover.", CONTRADICTED, [REVERSED]),
    (
        "Clover grows faster in wet soil than rye.",
        "Rye grows faster in wet soil than clover.",
        CONTRADICTED,
        [REVERSED],
    ),
    # "More" belongs to a "than" that is seven words off, and to none farther off.
    (
        "Clover yields more hay of the sweet dry sort than rye.",
        "Rye yields more hay of the sweet dry sort than clover.",
        CONTRADICTED,
        [REVERSED],
    ),
    (
        "Clover yields more hay of the very sweet dry sort than rye.",
        "Rye yields more hay of the very sweet dry sort than clover.",
        CONTRADICTED,
        [
            "the source has the two sides of “yields” the other way round",
        ],
    ),
    ("Bees visit clover instead of rye.", "Bees visit rye instead of clover.", CONTRADICTED, [REVERSED]),
    ("Bees visit clover rather than rye.", "Bees visit rye rather than clover.", CONTRADICTED, [REVERSED]),
    # What is done rather than something else says nothing of what is more.
    (
        "Bees visit clover rather than rye.",
        "Bees visit rye more than clover.",
        DOUBTFUL,
        ["the source does not compare the two"],
    ),
    # Each comparison has its own sides; the second shares the left one of the first where it has none.
    (
        "Clover beats rye, and flax beats oats.",
        "Flax beats rye, and clover beats oats.",
        CONTRADICTED,
        [REVERSED, "the source pairs “rye” and “Flax” with something else"],
    ),
    ("Clover beats rye in hay and beats flax in seed.", "Flax beats clover in seed.", CONTRADICTED, [REVERSED]),
    ("Clover beats rye in wet years and loses to flax.", "Rye beats clover in wet years.", CONTRADICTED, [REVERSED]),
    (
        "Clover beats rye in wet years and loses to flax.",
        "Flax beats clover in wet years.",
        DOUBTFUL,
        [
            "the source has “Clover” where this has “Flax”, and the other way round",
            "the source has “rye” where this has “clover”, and the other way round",
        ],
    ),
    (
        "In 12 trials clover beats rye by 3 points.",
        "In 12 trials rye beats clover by 3 points.",
        CONTRADICTED,
        [REVERSED],
    ),
    (
        "Old clover fields beat young rye fields.",
        "Young clover fields beat old rye fields.",
        CONTRADICTED,
        [
            "the source has “Old” where this has “Young”, and the other way round",
            "the source has “young” where this has “old”, and the other way round",
        ],
    ),
    (
        "BeeNet beats all of the large baselines, WaspNet too.",
        "WaspNet beats all of the large baselines, BeeNet too.",
        CONTRADICTED,
        [REVERSED],
    ),
]


NEGATIONS: list[Case] = [
    (
        "Clover does not feed bees.",
        "Clover feeds bees.",
        CONTRADICTED,
        ["the source says “not feed”, this says “feeds”"],
    ),
    ("Clover does not feed bees.", "Clover fails to feed bees.", WORDED, []),
    ("Clover does not feed bees.", "Clover feeds no bees.", WORDED, []),
    ("Clover does not necessarily feed bees.", "Clover feeds bees.", WORDED, []),
    ("Clover not only feeds bees.", "Clover feeds bees.", WORDED, []),
    ("Clover does not just feed bees.", "Clover feeds bees.", WORDED, []),
    ("Clover does not merely feed bees.", "Clover feeds bees.", WORDED, []),
    ("Clover does not only feed bees.", "Clover feeds bees.", WORDED, []),
    (
        "Clover lacks sugar for bees.",
        "Clover has sugar for bees.",
        CONTRADICTED,
        ["the source says “lacks sugar”, this says “sugar”"],
    ),
    ("Clover lacks sugar for bees.", "Clover without sugar is for bees.", WORDED, []),
    (
        "Bees lacking sugar starve.",
        "Bees starve for sugar.",
        DOUBTFUL,
        ["the source says “lacking sugar starve”, this says “starve”"],
    ),
    ("Hives that lack sugar feed on clover.", "Hives short of sugar feed on clover.", WORDED, []),
    ("No clover feeds bees.", "Clover feeds no bees.", WORDED, []),
    ("The lack of sugar harms bees.", "A lack of sugar harms bees.", WORDED, []),
    (
        "Clover neither feeds bees nor harms wasps.",
        "Clover feeds bees and harms wasps.",
        CONTRADICTED,
        ["the source says “neither feeds”, this says “feeds”"],
    ),
    (
        "Farmers can't feed bees.",
        "Farmers feed bees.",
        CONTRADICTED,
        ["the source says “can't feed”, this says “feed”"],
    ),
    (
        "Clover poorly feeds bees.",
        "Clover feeds bees.",
        CONTRADICTED,
        ["the source says “poorly feeds”, this says “feeds”"],
    ),
    ("Clover poorly feeds bees.", "Clover does not feed bees.", WORDED, []),
    ("It is hard to feed bees.", "They feed bees.", CONTRADICTED, ["the source says “hard to feed”, this says “feed”"]),
    ("Unlike rye, clover feeds bees.", "Clover feeds bees.", WORDED, []),
    ("Clover prevents hunger of bees.", "Clover stops hunger of bees.", WORDED, []),
    (
        "Non-native clover feeds bees.",
        "Native clover feeds bees.",
        CONTRADICTED,
        ["the source says “Non native”, this says “Native”"],
    ),
    ("Non-native clover feeds bees.", "Clover feeds bees.", WORDED, []),
    # That something is not native is no denial of what it is.
    (
        "Non-native clover is bee food.",
        "Clover is not native bee food.",
        CONTRADICTED,
        ["the source says “bee”, this says “not native bee”"],
    ),
    # A denial counts where a word of the claim stands near: "farmers" is four telling words off, and then five.
    (
        "Farmers of the cold dry valley do not sow clover.",
        "Farmers sow.",
        CONTRADICTED,
        [PART, "the source says “not sow”, this says “sow”"],
    ),
    ("Farmers of the cold dry old valley do not sow clover.", "Farmers sow.", DOUBTFUL, [PART]),
    # A denial ends where its clause does, and is held against the sentence that speaks of the same.
    ("Clover does not harm but feeds bees.", "Clover feeds bees.", WORDED, []),
    ("Clover does not harm, it feeds bees.", "Clover feeds bees.", WORDED, []),
    (
        "Clover does not harm but feeds bees.",
        "Clover harms bees.",
        CONTRADICTED,
        ["the source says “not harm”, this says “harms”"],
    ),
    ("Clover quickly feeds bees, not wasps.", "Clover feeds bees.", WORDED, []),
    (
        "Clover quickly feeds bees, not wasps.",
        "Clover feeds wasps.",
        CONTRADICTED,
        ["the source says “not wasps”, this says “wasps”"],
    ),
    (
        "Clover feeds bees. Rye does not feed bees.",
        "Rye feeds bees.",
        CONTRADICTED,
        ["the source says “not feed”, this says “feeds”"],
    ),
    (
        "Clover feeds bees. Rye does not feed bees.",
        "Clover does not feed bees.",
        CONTRADICTED,
        ["the source says “feeds”, this says “not feed”"],
    ),
    (
        "Farmers do not clearly sow clover in spring.",
        "Farmers sow clover in spring.",
        CONTRADICTED,
        ["the source says “not clearly sow”, this says “sow”"],
    ),
    ("Farmers do not clearly sow clover in spring.", "Farmers do not sow clover in spring.", WORDED, []),
]

OPPOSITES: list[Case] = [
    # Of a denial and an opposite, the opposite is named.
    (
        "Clover does not feed bees and raises costs.",
        "Clover feeds bees and lowers costs.",
        CONTRADICTED,
        ["the source says “raises”, this says “lowers”"],
    ),
    (
        "Clover raises yields and lowers costs.",
        "Clover lowers yields.",
        CONTRADICTED,
        ["the source says “raises”, this says “lowers”"],
    ),
    ("Clover raises yields and lowers costs.", "Clover lowers costs and raises yields.", WORDED, []),
    (
        "Clover raises yields.",
        "Clover lowers yields.",
        CONTRADICTED,
        [PART, "the source says “raises”, this says “lowers”"],
    ),
    ("Clover raises yields.", "Clover does not lower yields.", DOUBTFUL, [PART]),
    (
        "Stable yields are rare.",
        "Unstable yields are rare.",
        CONTRADICTED,
        [PART, "the source says “Stable”, this says “Unstable”"],
    ),
    (
        "Unstable yields are rare.",
        "Stable yields are rare.",
        CONTRADICTED,
        [PART, "the source says “Unstable”, this says “Stable”"],
    ),
    # Not to dislike is not yet to like.
    (
        "Bees never dislike clover.",
        "Bees like clover.",
        DOUBTFUL,
        ["the source says “never dislike clover”, this says “clover”"],
    ),
    (
        "Bees never dislike clover.",
        "Bees dislike clover.",
        CONTRADICTED,
        ["the source says “never dislike”, this says “dislike”"],
    ),
]

YIELDS = "Clover yields 94 sacks on dry land. Rye yields 85 sacks on wet land."
NETS = "BeeNet feeds hens on dry land. WaspNet feeds pigs on wet land."
SURVEY = "The survey covers 14 dry stony sandy farms and 9 wet green valleys."
HILLS = "Farmers sow red clover on hills. Shepherds keep black sheep."

MISATTRIBUTIONS: list[Case] = [
    (YIELDS, "Clover yields 85 sacks on dry land.", CONTRADICTED, ["the source says this of 94, not of 85"]),
    (YIELDS, "Rye yields 94 sacks on wet land.", CONTRADICTED, ["the source says this of 85, not of 94"]),
    (YIELDS, "Clover yields 94 sacks on dry land, rye 85 on wet land.", WORDED, []),
    ("Clover and rye yield 94 and 85 sacks.", "Clover yields 94 and rye 85 sacks.", WORDED, []),
    ("Clover and rye yield 94 and 85 sacks.", "Rye yields 85 and clover 94 sacks.", WORDED, []),
    (
        "Clover and rye yield 94 and 85 sacks.",
        "Clover yields 85 and rye 94 sacks.",
        CONTRADICTED,
        ["the source has 94 where this has 85"],
    ),
    (
        "Clover and rye yield 94 and 85 sacks respectively, flax none.",
        "Clover yields 85 while rye yields 94 sacks.",
        CONTRADICTED,
        ["the source has 94 where this has 85"],
    ),
    # What follows the numbers is said of both.
    (
        "Clover and rye yield 94 and 85 sacks respectively in dry valleys.",
        "Clover in dry valleys yields 85 and rye 94 sacks.",
        CONTRADICTED,
        ["the source has 94 where this has 85"],
    ),
    (SURVEY, "The survey covers 14 valleys.", CONTRADICTED, ["the source has 9 where this has 14"]),
    (
        SURVEY,
        "The survey covers 9 dry stony sandy farms and 14 wet green valleys.",
        CONTRADICTED,
        ["the source has 14 where this has 9", "the source has 9 where this has 14"],
    ),
    (SURVEY, "The survey covers 9 farms.", CONTRADICTED, ["the source has 14 where this has 9"]),
    (
        "Of 12 hives, 9 survive and 3 perish.",
        "Of 12 hives, 3 survive and 9 perish.",
        CONTRADICTED,
        ["the source has 9 where this has 3", "the source has 3 where this has 9"],
    ),
    (NETS, "WaspNet feeds hens on dry land.", CONTRADICTED, ["the source says this of BeeNet, not of WaspNet"]),
    (NETS, "BeeNet feeds pigs on wet land.", CONTRADICTED, ["the source says this of WaspNet, not of BeeNet"]),
    (
        NETS,
        "WaspNet and BeeNet feed hens on dry land.",
        DOUBTFUL,
        ["the source has “another order” where this has “WaspNet”, and the other way round"],
    ),
    (NETS, "BeeNet feeds hens on dry land, WaspNet feeds pigs on wet land.", WORDED, []),
    # The rest of the claim has to say something, and the sentence has to hold nearly all of it.
    (
        "BeeNet feeds hens. WaspNet feeds pigs.",
        "WaspNet feeds hens.",
        DOUBTFUL,
        ["the source says “WaspNet” apart from the rest of this"],
    ),
    (
        "BeeNet feeds old hens on dry sandy land. WaspNet feeds pigs on wet land.",
        "WaspNet feeds old hens on dry hills.",
        DOUBTFUL,
        [
            "the source does not speak of “hills”",
            "the source says this before it comes to WaspNet",
        ],
    ),
    # A name that the paper comes back to is no other one where a sentence names that other one.
    (
        f"{NETS} WaspNet is old.",
        "WaspNet feeds hens on dry land.",
        DOUBTFUL,
        ["the source has “BeeNet” where this has “WaspNet”"],
    ),
    (
        f"{NETS} WaspNet is old.",
        "BeeNet feeds pigs on wet land.",
        CONTRADICTED,
        ["the source says this of WaspNet, not of BeeNet"],
    ),
    (HILLS, "Farmers sow black clover on hills.", DOUBTFUL, ["the source says this of red, not of black"]),
    (f"{HILLS} Black soil is rich.", "Farmers sow black clover on hills.", WORDED, []),
    (
        "Clover feeds young brown bees in spring. Rye shelters wasps of the black north in autumn.",
        "Clover feeds black north bees in spring.",
        DOUBTFUL,
        [
            "the source says this of young brown, not of black north",
            "the source says “black”, “north” apart from the rest of this",
        ],
    ),
]

OTHER_WORDS: list[Case] = [
    ("Acquisition of analysis tools helps farms.", "Acquiring analytic tools helps farms.", WORDED, []),
    ("Fine-tuned ploughs help farms.", "Finetuned ploughs help farms.", WORDED, []),
    ("Large language models (LLMs) answer farmers.", "LLMs answer farmers.", WORDED, []),
    ("LLMs answer farmers.", "Large language models answer farmers.", WORDED, []),
    ("Large language models (LLMs) answer farmers.", "Language models answer farmers.", WORDED, []),
]


@pytest.mark.parametrize("case", HOW_MUCH_IS_SAID, ids=lambda case: case[1])
def test_a_claim_is_weighed_by_what_of_it_the_source_carries(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", [*MISSING_WORDS, UNKNOWN_NAME], ids=lambda case: case[1])
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


@pytest.mark.parametrize("case", [*NEGATIONS, *OPPOSITES], ids=lambda case: f"{case[0]} {case[1]}")
def test_what_is_denied_and_what_is_said_do_not_agree(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", MISATTRIBUTIONS, ids=lambda case: f"{case[0]} {case[1]}")
def test_numbers_names_and_terms_stay_where_they_belong(case: Case) -> None:
    check(case)


def test_what_the_title_names_may_stand_anywhere_but_for_another_name() -> None:
    other = "the source has “BeeNet” where this has “WaspNet”"
    check((NETS, "WaspNet feeds hens on dry land.", DOUBTFUL, [other]), title="WaspNet")
    check((HILLS, "Farmers sow black clover on hills.", WORDED, []), title="Black Farming")


@pytest.mark.parametrize("joint", ["in", "on", "over", "for", "with"])
def test_circumstances_belong_to_the_number_beside_them(joint: str) -> None:
    source = f"The survey covers 14 farms {joint} wet valleys and 9 barns."
    check(
        (
            source,
            f"The survey covers 9 sites {joint} wet valleys.",
            CONTRADICTED,
            ["the source has 14 where this has 9"],
        )
    )


def test_what_the_title_says_outright_may_be_said_outright() -> None:
    case: Case = ("Bees may pollinate orchards.", "Good bees pollinate orchards, the study says.", WORDED, [])
    check(case, title="Good bees pollinate orchards")


@pytest.mark.parametrize("case", OTHER_WORDS, ids=lambda case: case[1])
def test_another_ending_a_joined_word_and_an_acronym_are_the_same_word(case: Case) -> None:
    check(case)


BEES = Paper(id="bees", title="On Bees", abstract="BeeNet feeds bees on dry land.")
HENS = Paper(id="hens", title="On Hens", abstract="WaspNet feeds hens on wet land.")
PIGS = Paper(id="pigs", title="Feeding of Pigs")


def test_each_paper_may_hold_a_part_and_its_names() -> None:
    verdict = verify("BeeNet feeds bees on dry land, and WaspNet feeds hens on wet land.", [BEES, HENS])
    assert (verdict.support, verdict.unused) == (WORDED, ())
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


def test_one_plain_word_is_enough_to_be_cited_though_not_to_be_supported() -> None:
    wine = Paper(id="wine", title="On Wine", abstract="Good wine is rare.")
    verdict = verify("They find good results in large towns.", [wine])
    assert (verdict.support, verdict.reasons) == (ABSENT, (FAR,))
    assert ([one.quote for one in verdict.citations], verdict.unused) == (["Good wine is rare."], ())


def test_a_number_that_one_sentence_carries_needs_no_other() -> None:
    farms = "The survey covers 14 farms."
    paper = Paper(id="farms", title="On Farming", abstract=f"{farms} Another note lists 14 hens.")
    assert [one.quote for one in verify("The large survey covers 14 farms.", [paper]).citations] == [farms]
