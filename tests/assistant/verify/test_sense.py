"""Changes of sense by the smallest pairs that show them: which claim passes beside one source, and which does not."""

import pytest

from assistant.types import Support
from assistant.verify import verify
from benchmarks.claims import SAMPLE
from store.paper import Author, Paper
from store.readers import read_papers

# A source, a claim, and whether the claim passes.
Case = tuple[str, str, bool]

FRAMES: list[Case] = [
    ("We aim to reduce waste in bakeries.", "We reduced waste in bakeries.", False),
    ("We aim to reduce waste in bakeries.", "The aim is to reduce waste in bakeries.", True),
    ("We hypothesize that rye bread lowers cholesterol.", "Rye bread lowers cholesterol.", False),
    (
        "We hypothesize that rye bread lowers cholesterol.",
        "The authors hypothesize that rye bread lowers cholesterol.",
        True,
    ),
    ("We ask whether music lessons improve memory.", "Music lessons improve memory.", False),
    ("We ask whether music lessons improve memory.", "The study asks whether music lessons improve memory.", True),
    ("Critics claim that the dam harms salmon. We count salmon upstream.", "The dam harms salmon.", False),
    (
        "Critics claim that the dam harms salmon. We count salmon upstream.",
        "Critics say that the dam harms salmon.",
        True,
    ),
    ("It is a myth that bats are blind.", "Bats are blind.", False),
    ("It is a myth that bats are blind.", "That bats are blind is a myth.", True),
    ("If ovens were cleaned daily, crumbs would not burn.", "Ovens were cleaned daily.", False),
    ("Does coffee cause headaches? We followed 200 drinkers.", "Coffee causes headaches.", False),
    ("In mice, the drug shrinks tumors.", "The drug shrinks tumors in patients.", False),
    ("In mice, the drug shrinks tumors.", "The drug shrinks tumors in mice.", True),
    ("In mice, the drug shrinks tumors.", "The drug shrinks tumors.", False),
    ("The compound kills malaria parasites in vitro.", "The compound kills malaria parasites.", False),
    ("The compound kills malaria parasites in vitro.", "In vitro, the compound kills malaria parasites.", True),
    (
        "Prior work needs labelled photographs; our approach does not.",
        "The approach needs labelled photographs.",
        False,
    ),
    (
        "Prior work needs labelled photographs; our approach does not.",
        "The approach does not need labelled photographs.",
        True,
    ),
    (
        "Standard approaches rely on costly sensors. We propose a camera.",
        "The proposed method relies on costly sensors.",
        False,
    ),
    (
        "Standard approaches rely on costly sensors. We propose a camera.",
        "Standard approaches rely on costly sensors.",
        True,
    ),
    ("We will release the recipes next year.", "The recipes were released.", False),
    ("Aspirin reduced strokes as compared to warfarin in Spain.", "The study compared aspirin with warfarin.", True),
    ("Aspirin reduced strokes as compared to warfarin in Spain.", "Aspirin was compared with warfarin.", True),
    ("Aspirin reduced strokes as compared to warfarin in Spain.", "The authors compared warfarin and aspirin.", True),
    ("Aspirin reduced strokes as compared to warfarin in Spain.", "Warfarin reduced strokes in Spain.", False),
    ("Aspirin reduced strokes as compared to warfarin in Spain.", "The study compared aspirin with heparin.", False),
    (
        "Quality of life was assessed after laparoscopic repair as compared to open repair.",
        "The study compared laparoscopic repair with open repair.",
        True,
    ),
    (
        "Instead of costly notions based on wood moisture, our drying score depends on the oven.",
        "The drying score is governed by wood moisture.",
        False,
    ),
    (
        "Instead of costly notions based on wood moisture, our drying score depends on the oven.",
        "The drying score depends on the oven.",
        True,
    ),
    (
        "Rye is the main crop of the valleys, in stark contrast to the heavy focus on wheat in older books.",
        "Rye is the main crop of the valleys, although older books concentrate on wheat.",
        True,
    ),
    (
        "Our recipe takes a step toward faster, cheaper ovens to support wider use of rye bread in villages.",
        "The recipe has led to wider use of rye bread in villages.",
        False,
    ),
    ("We released the recipes.", "The authors will release the recipes.", False),
    ("We released the recipes.", "The recipes were released.", True),
    ("The policy was tested on simulated harbours.", "The policy was tested on real harbours.", False),
    ("The policy was tested on simulated harbours.", "The policy was tested on simulated harbours and works.", True),
    ("Cows were milked before the feeding.", "Cows were milked after the feeding.", False),
    ("Cows were milked before the feeding.", "Before the feeding, cows were milked.", True),
]

ARGUMENTS: list[Case] = [
    ("Aspirin inhibits thrombin in platelets.", "Thrombin inhibits aspirin in platelets.", False),
    ("Aspirin inhibits thrombin in platelets.", "Thrombin is inhibited by aspirin in platelets.", True),
    ("Thrombin is inhibited by aspirin.", "Thrombin inhibits aspirin.", False),
    ("Thrombin is inhibited by aspirin.", "Aspirin inhibits thrombin.", True),
    ("Wolves hunt elk in winter.", "Elk hunt wolves in winter.", False),
    ("Wolves hunt elk in winter.", "Elk are hunted by wolves in winter.", True),
    ("Rainfall predicts harvests.", "Harvests predict rainfall.", False),
    ("Rainfall predicts harvests.", "Harvests are predicted by rainfall.", True),
    ("Poverty leads to illness.", "Illness leads to poverty.", False),
    ("Poverty leads to illness.", "Illness is caused by poverty.", True),
    ("Poverty leads to illness.", "Illness is due to poverty.", True),
    ("Floods occur because forests were cut.", "Forests were cut because floods occur.", False),
    ("Floods occur because forests were cut.", "Because forests were cut, floods occur.", True),
    ("Bridges failed due to corrosion.", "Corrosion was due to bridges that failed.", False),
    ("Bridges failed due to corrosion.", "Corrosion caused bridges to fail.", True),
    ("Bridges failed due to corrosion.", "Corrosion is a result of failed bridges.", False),
    ("Inhibition of thrombin by aspirin prevents clots.", "Thrombin inhibits aspirin.", False),
    ("Inhibition of thrombin by aspirin prevents clots.", "Aspirin inhibits thrombin.", True),
    ("Teachers trust pupils more than parents do.", "Pupils trust teachers more than parents do.", False),
    ("Clover beats rye by 3 points.", "Rye beats clover by 3 points.", False),
    ("Clover beats rye by 3 points.", "Clover beats rye by 3 points in the study.", True),
    ("Clover grows faster than rye.", "Rye grows slower than clover.", True),
    ("Clover grows faster than rye.", "Rye grows faster than clover.", False),
    ("Clover grows faster than rye.", "Clover grows slower than rye.", False),
    ("BeeNet outperforms WaspNet.", "WaspNet outperforms BeeNet.", False),
    ("BeeNet outperforms WaspNet.", "WaspNet is outperformed by BeeNet.", True),
]

DENIALS: list[Case] = [
    ("The rule prohibits the use of nets in rivers.", "The rule allows the use of nets in rivers.", False),
    ("The rule prohibits the use of nets in rivers.", "Nets are used in rivers.", False),
    ("The rule prohibits the use of nets in rivers.", "The rule forbids the use of nets in rivers.", True),
    ("The engine avoids vibrations at speed.", "The engine has vibrations at speed.", False),
    ("Pilots failed to land at night.", "Pilots landed at night.", False),
    ("Pilots failed to land at night.", "Pilots did not land at night.", True),
    ("The crop falls short of expectations.", "The crop meets expectations.", False),
    ("Students struggle to read maps.", "Students read maps better.", False),
    ("Students struggle to read maps.", "Students find it hard to read maps.", True),
    ("We could not detect lead in the water.", "Lead was detected in the water.", False),
    ("Unlike copper, zinc bends easily.", "Copper bends easily.", False),
    ("Unlike copper, zinc bends easily.", "Zinc bends easily.", True),
    ("In contrast to adults, children recovered fully.", "Adults recovered fully.", False),
    ("In contrast to adults, children recovered fully.", "Children recovered fully.", True),
    ("The soup is served without salt.", "The soup is served with salt.", False),
    ("The lack of sugar harms bees.", "Sugar harms bees.", False),
    ("The fields are free of weeds.", "The fields have weeds.", False),
    ("The mill no longer grinds corn.", "The mill grinds corn.", False),
    ("The mill no longer grinds corn.", "The mill does not grind corn any more.", True),
    ("The results are far from conclusive.", "The results are conclusive.", False),
    ("Fields with sugar feed bees.", "Fields lacking sugar feed bees.", False),
    (
        "There was no significant difference in weight between sheep and goats.",
        "Sheep weighed more than goats; weight differed significantly.",
        False,
    ),
    (
        "There was no significant difference in weight between sheep and goats.",
        "Weight did not differ significantly between sheep and goats.",
        True,
    ),
    (
        "Weight was higher in sheep than in goats.",
        "There was no significant difference in weight between sheep and goats.",
        False,
    ),
    ("The difference was not statistically significant (p = 0.21).", "There was no significant difference.", True),
]

QUANTIFIERS: list[Case] = [
    ("Several farmers keep goats.", "All farmers keep goats.", False),
    ("Several farmers keep goats.", "Several farmers keep goats, the study says.", True),
    ("Farmers often keep goats.", "Farmers always keep goats.", False),
    ("Many farmers keep goats.", "Most farmers keep goats.", False),
    ("All farmers keep goats.", "Most farmers keep goats.", True),
    ("All farmers keep goats.", "Some farmers keep goats.", True),
    ("The glue can fail in rain.", "The glue always fails in rain.", False),
    ("The glue may fail in rain.", "The glue fails in rain.", False),
    ("The glue fails in rain.", "The glue may fail in rain.", True),
    ("Goat milk is a common drink in the valley.", "Goat milk is the most common drink in the valley.", False),
    ("Goat milk is the most common drink in the valley.", "Goat milk is a common drink in the valley.", True),
    ("We present a large survey of barns.", "We present the largest survey of barns.", False),
    ("We present a survey of barns.", "This is the first survey of barns.", False),
    ("We present the first survey of barns.", "This is the first survey of barns.", True),
    ("Bees pollinate apple trees.", "Only bees pollinate apple trees.", False),
    ("Barns rarely burn.", "Barns never burn.", False),
    ("GPT-4o answers riddles.", "GPT-4 answers riddles.", False),
    ("GPT-4 answers riddles.", "GPT-4 answers riddles well.", True),
    ("LLMs answer farmers.", "Large machines answer farmers.", False),
    ("LLMs answer farmers.", "Large language models answer farmers.", True),
    ("Y|X-shifts are common in barns. Dry X is rare.", "X-shifts are common in barns.", False),
]

POOLED: list[Case] = [
    ("Carts carry apples to town. Miners dig coal in deep shafts.", "Miners dig apples in town.", False),
    (
        "Carts carry apples to town. Miners dig coal in deep shafts.",
        "Carts carry apples to town, and miners dig coal.",
        True,
    ),
]


def passes(source: str, claim: str) -> bool:
    verdict = verify(claim, [Paper(id="p", title="On Farming", abstract=source)])
    assert bool(verdict.reasons) == (not verdict.to_claim().holds)
    return verdict.to_claim().holds


@pytest.mark.parametrize("case", FRAMES, ids=lambda case: f"{case[0]} {case[1]}")
def test_what_stands_in_a_frame_is_no_result(case: Case) -> None:
    source, claim, expected = case
    assert passes(source, claim) is expected


@pytest.mark.parametrize("case", ARGUMENTS, ids=lambda case: f"{case[0]} {case[1]}")
def test_each_side_of_a_verb_stays_on_its_side(case: Case) -> None:
    source, claim, expected = case
    assert passes(source, claim) is expected


@pytest.mark.parametrize("case", DENIALS, ids=lambda case: f"{case[0]} {case[1]}")
def test_what_is_denied_is_not_said(case: Case) -> None:
    source, claim, expected = case
    assert passes(source, claim) is expected


@pytest.mark.parametrize("case", QUANTIFIERS, ids=lambda case: f"{case[0]} {case[1]}")
def test_what_goes_beyond_the_source_is_in_doubt(case: Case) -> None:
    source, claim, expected = case
    assert passes(source, claim) is expected


@pytest.mark.parametrize("case", POOLED, ids=lambda case: f"{case[0]} {case[1]}")
def test_words_of_unrelated_sentences_make_no_claim(case: Case) -> None:
    source, claim, expected = case
    assert passes(source, claim) is expected


# Claims about the sample by the beginning of a title.
LISTING: list[Case] = [
    ("DRO: A Python", "The dro Python library implements 14 DRO formulations and 9 backbone models.", True),
    ("DRO: A Python", "The dro Python library implements 9 DRO formulations and 14 backbone models.", False),
    (
        "In-silico",
        "According to O'Kelly et al., modern treatments for Type 1 diabetes use artificial pancreata, which combine an"
        " insulin pump with a continuous glucose monitor in a closed loop.",
        True,
    ),
    ("Rethinking Distribution", "Covariate shifts are the most prevalent shifts in the testbed.", False),
    ("FinSearchComp", "DouBao leads on the global subset.", False),
    ("FinSearchComp", "DouBao leads on the Greater China subset.", True),
    ("Model soups", "The ViT-G model was pre-trained on ImageNet.", False),
    ("Model soups", "The ViT-G model was pre-trained on JFT.", True),
    ("AExGym", "Adaptive designs are fragile because they are seldom adopted.", False),
    ("A Planning Framework", "REINFORCE-style estimators always suffer high variance.", False),
    ("A Planning Framework", "REINFORCE-style estimators can suffer high variance.", True),
    ("Distilled Thompson", "The algorithm will be deployed in multiple video upload systems for Meta.", False),
    ("Distilled Thompson", "The algorithm has been deployed in multiple video upload systems for Meta.", True),
    ("Distilled Thompson", "The imitation policy performs better than batch Thompson sampling.", False),
    ("Distilled Thompson", "The imitation policy performs about as well as batch Thompson sampling.", True),
    ("Off-policy", "The method was tried on real sepsis patients.", False),
    (
        "Fairness Without",
        "Empirical risk minimization prevents disparity amplification on examples where DRO fails.",
        False,
    ),
    (
        "Fairness Without",
        "DRO prevents disparity amplification on examples where empirical risk minimization fails.",
        True,
    ),
    ("Learning Models", "Distributional robustness never comes at a cost in convergence rates.", False),
    ("Learning Models", "Distributional robustness sometimes comes at a cost in convergence rates.", True),
    ("SynthTools", "SynthTools often requires access keys and imposes rate limits.", False),
    ("WorkstreamBench", "None of the agents ever reaches professional finance standards.", False),
]


@pytest.fixture(scope="module")
def sample() -> list[Paper]:
    return [item for item in read_papers(SAMPLE) if isinstance(item, Paper)]


@pytest.mark.parametrize("case", LISTING, ids=lambda case: case[1])
def test_claims_about_the_sample_keep_its_sense(sample: list[Paper], case: Case) -> None:
    title, claim, expected = case
    paper = next(paper for paper in sample if paper.title.startswith(title))
    assert (verify(claim, [paper]).to_claim().holds) is expected


def test_both_papers_have_to_say_it() -> None:
    hens = Paper(id="hens", title="On Hens", abstract="The hens peck maize in winter.")
    pigs = Paper(id="pigs", title="On Pigs", abstract="The pigs dig roots in winter.")
    assert not verify("Both papers feed maize in winter.", [hens, pigs]).to_claim().holds
    assert verify("The hens peck maize, and the pigs dig roots.", [hens, pigs]).to_claim().holds


def test_title_and_record_are_cited_once() -> None:
    paper = Paper(id="p", title="Keeping of Bees", authors=(Author(name="Ada Byron", position=1),), date="2021")
    verdict = verify("Ada Byron wrote on keeping of bees in 2021.", [paper])
    assert [(citation.paper_id, citation.quote) for citation in verdict.citations] == [("p", "")]


def test_a_short_form_is_the_long_one_it_was_set_behind() -> None:
    source = "Type 1 diabetes (T1D) is common. Many T1D patients walk daily."
    assert passes(source, "Many type 1 diabetes patients walk daily.")
    assert not passes(source, "Many type 2 diabetes patients walk daily.")


@pytest.mark.parametrize(
    ("source", "claim"),
    [
        ("Honey was associated with sound sleep in patients who were examined.", "Honey was associated with sleep."),
        ("Honey contributed to sound sleep in trials that were reviewed.", "Honey contributed to sleep."),
        ("Noise influences sleep when adults are tested.", "Noise influences sleep."),
        ("The effect of honey on sleep was large in all groups and was tested.", "Honey's effect on sleep was large."),
        ("Our study shows links between noise and sleep.", "There are links between noise and sleep."),
        ("Benchmark tests showed effects of honey on sleep.", "There are effects of honey on sleep."),
        ("We investigated the effects of honey on sleep and found that honey improves sleep.", "Honey improves sleep."),
        ("We examined the effects of honey on sleep and show that honey improves sleep.", "Honey improves sleep."),
    ],
)
def test_a_finding_is_none_the_less_where_something_was_studied(source: str, claim: str) -> None:
    assert passes(source, claim)


def test_a_title_that_names_an_effect_finds_none() -> None:
    studied = Paper(id="p", title="Effects of honey on sleep", abstract="Bees were kept in jars.")
    verdict = verify("Honey has effects on sleep.", [studied])
    assert verdict.support is Support.DOUBTFUL
    assert verdict.reasons == ("the source has this as what is studied, not as what was found (“Effects”)",)
    assert verify("The paper is about the effects of honey on sleep.", [studied]).support is Support.WORDED
    small = Paper(id="p", title="Effects of honey on sleep are small", abstract="Bees were kept in jars.")
    assert verify("Honey has small effects on sleep.", [small]).support is Support.WORDED
    states = Paper(id="p", title="Honey improves sleep in bees", abstract="Bees were kept in jars.")
    assert verify("Honey improves the sleep of bees.", [states]).support is Support.WORDED


@pytest.mark.parametrize(
    ("source", "claim", "support", "reason"),
    [
        (
            "Aspirin inhibits thrombin.",
            "Thrombin inhibits aspirin.",
            Support.CONTRADICTED,
            "the source has the two sides of “inhibits” the other way round",
        ),
        (
            "Poverty leads to illness.",
            "Illness leads to poverty.",
            Support.CONTRADICTED,
            "the source has cause and effect the other way round",
        ),
        (
            "We aim to reduce waste in bakeries.",
            "We reduced waste in bakeries.",
            Support.DOUBTFUL,
            "the source has this as an aim (“aim”)",
        ),
        (
            "BACKGROUND AND METHODS: To assess the safety of honey in bakeries.",
            "Honey is safe in bakeries.",
            Support.DOUBTFUL,
            "the source has this as an aim (“To”)",
        ),
        (
            "The effects of honey on sleep were investigated.",
            "Honey has an effect on sleep.",
            Support.DOUBTFUL,
            "the source has this as what is studied, not as what was found (“investigated”)",
        ),
        (
            "We examined the long-term effects of honey on sleep.",
            "Honey has long-term effects on sleep.",
            Support.DOUBTFUL,
            "the source has this as what is studied, not as what was found (“examined”)",
        ),
        (
            "Barns burn in summer.",
            "All barns burn in summer.",
            Support.DOUBTFUL,
            "the source does not say “All”",
        ),
        (
            "Weight was higher in sheep than in goats.",
            "There was no difference in weight between sheep and goats.",
            Support.CONTRADICTED,
            "the source says “Weight”, this says “no difference in weight”",
        ),
        (
            "Students struggle to read maps.",
            "Students read maps better.",
            Support.CONTRADICTED,
            "the source says “struggle to read”, this says “read”",
        ),
    ],
)
def test_the_reason_says_what_was_changed(source: str, claim: str, support: Support, reason: str) -> None:
    verdict = verify(claim, [Paper(id="p", title="On Farming", abstract=source)])
    assert (verdict.support, verdict.reasons[0]) == (support, reason)


@pytest.mark.parametrize(
    ("source", "claim", "expected"),
    [
        ("Carts carry apples. These roll to town.", "Carts carry apples to town.", True),
        ("Carts carry apples. Trains roll to town.", "Carts carry apples to town.", False),
        ("Carts of oak carry apples. The carts roll to town.", "Carts of oak roll to town.", True),
        ("Old mills of oak need repair. Reeds grow in ponds.", "Reeds of oak grow in ponds.", False),
    ],
)
def test_a_sentence_that_points_back_goes_on_about_the_same(source: str, claim: str, expected: bool) -> None:
    assert passes(source, claim) is expected


def test_a_lead_in_changes_nothing() -> None:
    source = "To find weeds, we fly drones over fields. Drones never land on crops. Most weeds may be missed."
    for sentence in source.split(". "):
        assert passes(source, f"The authors report that {sentence[0].lower()}{sentence[1:].rstrip('.')}.")
