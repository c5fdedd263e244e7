"""Whether sentences state a detail that a question asks for, and what is told where no abstract does."""

from pathlib import Path

import pytest

from assistant.answer.detail_statements import find_stating
from assistant.answer.details import Detail, parse_detail
from assistant.types import Answer
from store.paper import Author
from tests.assistant import small
from tests.assistant.answer.asking import answered, chain_of, claims


def states(detail: Detail, abstract: str) -> bool:
    """Whether a sentence of an abstract states a detail."""
    return bool(find_stating(detail, small.paper("p", "P", abstract)))


HIVES = small.paper(
    "hives",
    "BeeNet: counting hives from the air",
    "BeeNet counts the hives of a valley from photographs. We train it on 12 farms with a batch size of 64. It finds"
    " 94% of the hives. The networks run on one GPU.",
)
HENS = small.paper("hens", "Hens and rye", "Rye feeds hens. Forty hens were weighed in New Zealand in 2004 (P < .01).")


@pytest.mark.parametrize(
    ("question", "sentence", "stated"),
    [
        ("What batch size was used?", "We train with a batch size of 64.", True),
        ("What batch size was used?", "We train with large batches of 64 photographs and a size of 3 m.", False),
        ("What batch size was used?", "The batch size matters.", False),
        ("How many hens were weighed?", "Forty grey hens were weighed.", True),
        ("How many hens were weighed?", "Hens (n = 40) were weighed.", True),
        ("How many hens were weighed?", "Hens of 12 farms were weighed.", False),
        ("How many hens were weighed?", "We saw 12 farms with hens.", False),
        ("What p-value was found for the hens?", "Rye feeds hens (P<.001).", True),
        ("What p-value was found for the hens?", "Rye feeds 12 hens.", False),
        ("In which country were the hens weighed?", "Hens were weighed in New Zealand.", True),
        ("In which country were the hens weighed?", "Hens were weighed on a farm.", False),
        ("Which licence does it have?", "It is released under MIT.", True),
        ("Which licence does it have?", "It is open-source software.", False),
        ("Which programming language is it written in?", "It is a Python library.", True),
        ("Which programming language is it written in?", "It is a library.", False),
        ("During which years were hens weighed?", "Hens were weighed in 2004.", True),
        ("Which optimizer trains it?", "It is trained with Adam.", True),
        ("Which GPU was it run on?", "It needs PyTorch and GPU parallelization.", False),
        ("Which GPU was it run on?", "It runs on an Emu GPU.", True),
        ("Which website was watched?", "We watched the website of the Flemish club Iedereenleest.", True),
        ("How many methods does it have?", "Speed grows by 10x for most methods.", False),
        ("How many datasets were used?", "It does zero-shot inference on datasets.", False),
        ("Which disorder was studied?", "A disorder of hens was studied.", False),
        ("Which optimizer trains it?", "It is trained on ImageNet.", False),
        ("What was the odds ratio of rye?", "Rye was a risk (OR=2.27).", True),
        ("What was the odds ratio of rye?", "Rye was 2.27 times a risk.", False),
        ("Who funded the hens?", "The ministry funded hens.", True),
        ("Who funded the hens?", "The ministry keeps hens.", False),
        ("How long was the follow-up?", "The follow-up took 30 months.", True),
        ("How long was the follow-up?", "The follow-up of 30 hens was careful.", False),
        ("How long was the follow-up?", "The trip took 30 months.", False),
        ("How old were the hens?", "Hens aged 3 to 5 years were weighed.", True),
        ("How old were the hens?", "Hens of any age were weighed.", False),
        ("What was the mean age of the hens?", "Hens were 3 years old.", True),
        ("What was the mean age of the hens?", "Scars were 3 years old.", False),
        ("What was the mean age of the patients?", "A 24-year-old woman fell ill.", True),
        ("What was the mean age of the patients?", "The volunteers (35-79 years old) slept.", True),
        ("How old were the hens?", "The 8-week-old hens were weighed.", True),
        ("How much were the farmers paid?", "Farmers earned $20 a day.", True),
        ("How much were the farmers paid?", "The 20 farmers were paid.", False),
        ("What did the hen house cost?", "It came to 300 euros.", True),
        ("What does robustness cost?", "It is robust at the price of accuracy.", True),
        ("What does robustness cost?", "It is robust and accurate.", False),
        ("In which language were the diaries written?", "Farmers wrote German diaries.", True),
        ("In which language were the diaries written?", "Diaries are in plain language.", False),
        ("Was the study approved by an ethics committee?", "The institutional review board agreed.", True),
        ("Was the study approved by an ethics committee?", "The committee of farmers agreed.", False),
        ("Did the farmers give informed consent?", "All gave written consent.", True),
        ("Was the trial registered?", "ClinicalTrials.gov has it as NCT01.", True),
        ("Was the trial registered?", "The trial took 3 weeks.", False),
        ("Do the authors have a conflict of interest?", "There are no competing interests.", True),
        ("Which camera model was used?", "A Canon 350D took the photographs.", True),
        ("Which camera model was used?", "A camera model was fitted.", False),
        ("What brand of rye was fed?", "They ate rye (Roggen GmbH).", True),
        ("What brand of rye was fed?", "They ate rye of a known brand.", False),
        ("How much memory does BeeNet need?", "It needs a memory of 3 gigabytes.", True),
        ("How much memory does BeeNet need?", "It needs little memory.", False),
        ("Which version of the tool was used?", "We took version 4 of it.", True),
        ("Which version of the tool was used?", "We took a newer version.", False),
        ("Which rye was fed?", "Hens ate winter rye.", True),
        ("Which rye was fed?", "Hens ate rye, such as Secale.", True),
        ("Which rye was fed?", "The rye ran out.", False),
        ("What was the duration of feeding?", "Feeding went on for 3 weeks.", True),
        ("What was the duration of feeding?", "Feeding was cheap, and weighing took 3 weeks.", True),
        ("What was the duration of feeding?", "Weighing took 3 weeks.", False),
        ("What wavelength was used?", "Hens sat under lamps of 415 nm.", True),
        ("What wavelength was used?", "Hens sat under 415 lamps.", False),
        ("What dose was given?", "Hens got 20 mg of salt.", True),
        ("What dose was given?", "Hens got 20 grains of salt.", False),
        ("Who funded the hens?", "The work was supported by a grant.", True),
        ("Who were the controls in the study?", "Rye was better than oats.", True),
        ("Who were the controls in the study?", "Rye was given more than 20 times.", False),
        ("How often were hens fed?", "Hens were fed twice a day.", True),
        ("How often were hens fed?", "Hens were fed.", False),
        ("Where was the study conducted?", "Hens were weighed in New Zealand.", True),
        ("Where was the study conducted?", "Clinical signs were seen in hens.", False),
        ("How many studies did the review include?", "We included 71 RCTs of rye.", True),
        ("How many studies did the review include?", "Twenty-one clinical trials were found.", True),
        ("How many studies did the review include?", "Safety studies were left out, and 71 hens.", False),
        ("Which correlation is it based on?", "It is based on a correlation of Pearson.", True),
        ("Which agency approved the simulator?", "The simulator was approved by the FDA.", True),
        ("Which agency approved the simulator?", "The simulator follows the FDA.", False),
        ("Which bug was cultured?", "Salmonella was most often cultured.", True),
        ("Which scale was used to rate growth?", "It was rated by the Ode Growth Scale.", True),
        ("Which search strategy does it use?", "It has evolution as a search strategy.", True),
        ("What was the fever rate with rye?", "With rye fever was seen in 30% of hens.", True),
        ("What was the fever rate with rye?", "With rye fever was seen in 30 hens.", False),
        ("What was the mean BMI of the farmers?", "Their BMI was 24.", True),
        ("What was the mean BMI of the farmers?", "Their BMI was high.", False),
        ("How heavy were the hens?", "Hens of 2 kg were weighed.", True),
        ("How heavy were the hens?", "Hens of 2 years were weighed.", False),
        ("How many models went in?", "The model, at 90% accuracy, is the best.", False),
        ("How many models went in?", "Models were kept in 90% of runs.", True),
        ("How many hens (of the island) laid eggs?", "Forty hens were seen, with eggs.", True),
        ("How many hens did they treat?", "Two hens experienced fever.", False),
        ("How many hens did they treat?", "Two hens were treated.", True),
        ("Which LLM made the hens?", "The LLM-driven hens are sound.", False),
        ("Which LLM made the hens?", "LLM hens were made, at https://example.org/Hens", False),
        ("Which drug did the hens get?", "After drugs it decreased to 454 IU/L.", False),
        ("What was the mean follow up of the hens?", "Self-monitoring of 12 hens was used.", False),
        ("What was the mean follow up of the hens?", "Hens had a follow-up of 12 months.", True),
    ],
)
def test_what_a_sentence_states(question: str, sentence: str, stated: bool) -> None:
    detail = parse_detail(question)
    assert detail
    assert states(detail, f"Farms are small. {sentence}") is stated


@pytest.mark.parametrize(
    ("question", "sentence", "stated"),
    [
        ("How many patients had a relapse?", "Forty patients were enrolled.", False),
        ("How many patients had a relapse?", "Four patients had a relapse.", True),
        ("How many patients were enrolled?", "Forty patients were enrolled.", True),
        ("How many pathologists looked at the slides?", "A pathology review of 40 slides was done.", False),
        ("How many pathologists looked at the slides?", "Two pathologists looked at slides.", True),
        ("How many diabetics took part?", "Hens with type 1 diabetes are rare.", False),
        (
            "How many examiners measured it?",
            "It was 10 percent less over a range of 5 to 18 mm for all examiners.",
            False,
        ),
        ("What percentage of spots cleared with rye 5%?", "We gave rye 5% for spots that cleared.", False),
        ("What percentage of spots cleared with rye 5%?", "With rye 71% of spots cleared.", True),
        ("How long did hens stay in the barn at night?", "Hens aged 3 years were weighed.", False),
        ("How long did hens stay in the barn?", "Hens went on to stay in the barn for 3 weeks.", True),
        ("How many hens does barn B40 hold?", "Barn B40 holds 40 hens.", True),
        ("How many of the farmers were women?", "Forty farmers took part.", False),
        ("How many of the farmers were women?", "Nine of 40 farmers were women.", True),
        ("Which barn was hens fed in by machine?", "By machine hens are fed from July 1992 on.", False),
        ("What dose of salt was given?", "Salt in blood was 20 mg/dl.", False),
        ("What dose of salt was given?", "Hens got 20 mg of sugar.", False),
        ("What dose of salt was given?", "Hens got 20 mg of salt.", True),
        ("Where was the study conducted?", "In-hospital mortality was 3%, the mean hospital stay 4 days.", False),
        ("Where was the study conducted?", "It was conducted in a large regional hospital.", True),
        ("What share of the hens on small farms were roosters?", "Of the hens on small farms 12% had spots.", False),
        ("What share of the hens on small farms were roosters?", "Of the hens on small farms 12% were roosters.", True),
        ("What share of hens was malnourished?", "Of the hens 12% had malnutrition.", True),
        ("How many chicks hatched?", "Among 12 factors hen-to-chick contact matters.", False),
        ("How many chicks hatched?", "Twelve chicks hatched.", True),
        ("Which salts were fed?", "Hens got three salts.", False),
        ("Which salts were fed?", "Hens got two salts: NaCl and KCl.", True),
        ("What dose of salt was given?", "Salt was given through a 27G needle.", False),
        ("What was the mean follow-up of the hens?", "Reports on hens published after 1990 were read.", False),
        ("What was the mean follow-up of the hens?", "Hens were followed for a mean of 12 weeks.", True),
        ("How accurate is BeeNet?", "The accuracy of BeeNet is 93%.", True),
        ("How accurate is BeeNet?", "BeeNet is fairly accurate.", True),
        ("How accurate is BeeNet?", "BeeNet counts 93 hives.", False),
        ("How accurate is BeeNet?", "BeeNet counts 93% of hives correctly.", True),
        ("How fast is BeeNet?", "BeeNet counts a hive in 3 ms.", True),
        ("How fast is BeeNet?", "BeeNet counts a hive with 3 cameras.", False),
        ("How expensive is BeeNet?", "BeeNet runs for 10 dollars a hive.", True),
        ("How expensive is BeeNet?", "BeeNet runs for 10 hives.", False),
        ("What language is BeeNet written in?", "BeeNet is written in C++.", True),
    ],
)
def test_a_value_counts_of_what_it_is_asked_of(question: str, sentence: str, stated: bool) -> None:
    detail = parse_detail(question)
    assert detail
    assert states(detail, sentence) is stated


def test_a_name_of_which_a_paper_speaks_throughout_is_no_answer() -> None:
    detail = parse_detail("Which breed was kept in the barns for rye?")
    assert detail
    subject = "With COOP barns kept for rye are warm. With COOP rye is cheap."
    assert not states(detail, subject)
    assert states(detail, f"{subject} Leghorn hens were kept in barns for rye.")


@pytest.mark.parametrize(
    ("question", "sentence", "stated"),
    [
        ("How much faster is BeeNet?", "BeeNet cuts the runtime 10-fold compared with counting.", True),
        ("How much faster is BeeNet?", "BeeNet finds 94% of hives, more than others.", False),
        ("How much faster is BeeNet?", "BeeNet is faster than counting.", False),
        ("How much better is BeeNet than counting?", "BeeNet improves on counting by 4 percentage points.", True),
        ("How much more accurate is BeeNet?", "The accuracy of BeeNet is 3% higher than ours.", True),
        ("How much more accurate is BeeNet?", "BeeNet is 3 times as fast, by parallel work.", False),
    ],
)
def test_a_degree_is_stated_by_a_ratio_or_a_difference(question: str, sentence: str, stated: bool) -> None:
    detail = parse_detail(question)
    assert detail
    assert detail.form == "degree"
    assert states(detail, sentence) is stated


def test_a_short_name_with_its_degree_in_one_sentence_is_answered(tmp_path: Path) -> None:
    bees = HIVES.model_copy(update={"abstract": f"{HIVES.abstract} BeeNet reduces the runtime by 10x to 1000x."})
    wasps = small.paper("wasps", "Wasps and BeeNet", "BeeNet counts wasps, too. Wasps are seldom counted.")
    with small.assistant(tmp_path / "library", [bees, wasps, HENS]) as made:
        answer = made.ask("how much faster is BeeNet")
        assert answer.claims[0].text == "BeeNet reduces the runtime by 10x to 1000x."
        assert made.ask("how much heavier is BeeNet").abstained


def test_authors_are_no_condition_of_what_is_counted() -> None:
    hens = HENS.model_copy(update={"authors": (Author(name="Ann Ode", position=1),)})
    detail = parse_detail("How many hens were there with Ode?")
    assert detail
    assert [*find_stating(detail, hens).values()] == [0.9]


def ask(folder: Path, question: str) -> Answer:
    with small.assistant(folder / "library", [HIVES, HENS]) as made:
        return made.ask(question)


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        (
            "What learning rate was used to train BeeNet on photographs of hives?",
            "The abstract of “BeeNet: counting hives from the air” does not state the learning rate.",
        ),
        (
            "How many pilots does BeeNet need for counting hives?",
            "The abstract of “BeeNet: counting hives from the air” does not state how many pilots.",
        ),
        ("Who funded the study of rye and hens?", "The abstract of “Hens and rye” does not state who funded."),
    ],
)
def test_what_no_abstract_states_is_told_with_the_nearest_sentence(question: str, reason: str, tmp_path: Path) -> None:
    answer = ask(tmp_path, question)
    assert (answer.abstained, answer.reason) == (True, reason)
    (claim,) = answer.claims
    assert [reference.paper_id for reference in answer.references] == [claim.citations[0].paper_id]
    assert answer.text.endswith("[1]")
    assert "The nearest sentence, which does not state it: “" in answer.text


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("What batch size was used to train BeeNet?", "64"),
        ("How many farms was BeeNet trained on?", "12 farms"),
        ("In which country were the hens weighed?", "New Zealand"),
    ],
)
def test_what_is_stated_is_answered(question: str, words: str, tmp_path: Path) -> None:
    answer = ask(tmp_path, question)
    assert not answer.abstained
    assert words in answer.text


async def test_no_model_is_asked_for_what_no_abstract_states(tmp_path: Path) -> None:
    with small.assistant(tmp_path / "library", [HIVES, HENS]) as made:
        chain, chat = chain_of(made.library, claims("BeeNet is trained with a learning rate of 0.001."))
        answer = await answered(chain, "What learning rate was used to train BeeNet on photographs of hives?")
        assert answer.abstained
        assert answer.reason.endswith("does not state the learning rate.")
        assert chat.requests == []


def test_a_follow_up_asks_of_the_papers_before(tmp_path: Path) -> None:
    with small.assistant(tmp_path / "library", [HIVES, HENS]) as made:
        first, second = small.talk(
            made, "What is BeeNet?", "Which learning rate was used to train BeeNet, and was it tuned?"
        )
        assert not first.abstained
        assert (
            second.reason == "The abstract of “BeeNet: counting hives from the air” does not state the learning rate."
        )


@pytest.mark.parametrize(
    ("question", "sentence", "stated"),
    [
        ("What share of coaches agree?", "The coaches were less convinced (33%).", True),
        ("What share of coaches agree?", "The players were convinced (62%).", False),
        ("What share of coaches agree?", "The coaches were 12 men.", False),
        ("What was the sample size of the headgear study?", "A form was given to 63 rugby players.", True),
        ("What was the sample size of the headgear study?", "A form was given to players.", False),
    ],
)
def test_shares_and_samples_are_stated_in_other_words(question: str, sentence: str, stated: bool) -> None:
    detail = parse_detail(question)
    assert detail
    assert states(detail, sentence) is stated
