"""Details that a question asks for."""

import pytest

from assistant.answer.details import parse_detail


@pytest.mark.parametrize(
    ("question", "form", "described"),
    [
        ("What learning rate was used to train BeeNet?", "measure", "the learning rate"),
        ("Which licence does BeeNet have?", "thing", "the licence"),
        ("Under which licence is the code released?", "thing", "the licence"),
        ("How many farms was BeeNet trained on?", "count", "how many farms"),
        ("How many sick hens took part in it?", "count", "how many sick hens"),
        ("How many of the Danish larvae had mites?", "count", "how many of the Danish larvae"),
        ("How many larvae survived?", "count", "how many larvae"),
        ("What was the mean age of the hens?", "measure", "the mean age"),
        ("What was the temperature setting of the oven?", "measure", "the temperature setting"),
        ("Who funded the study of hens?", "agent", "who funded"),
        ("How long was the follow-up of the hens?", "extent", "how long"),
        ("How much did the hens cost?", "clause", "what it costs"),
        ("How much were the farmers paid?", "clause", "how much money"),
        ("Did an ethics committee approve it?", "clause", "whether it was approved or consented to"),
        ("Was the trial of rye registered?", "clause", "whether it was registered"),
        ("Which language model was trained?", "thing", "the language model"),
        ("Which drug lowers blood pressure in old hens?", "thing", "the drug"),
        ("Which threshold decides 3 of 4 cases in BeeNet?", "measure", "the threshold"),
        ("Which hospital systems journals were read?", "thing", "the hospital systems journals"),
        ("In which country were the hens weighed?", "thing", "the country"),
        ("whats the sample size of the study of hens", "measure", "the sample size"),
        ("n of the study of hens", "measure", "the sample size"),
        ("number of farms in the study", "count", "how many farms"),
        ("participants in the study of hens", "count", "how many participants"),
        ("How big was the sample?", "clause", "the sample size"),
        ("where were the hens weighed and the study carried out?", "clause", "where it was done"),
        ("When was the survey conducted?", "clause", "when it was done"),
        ("How often were they fed?", "clause", "how often"),
        ("What was rye compared with in the study?", "clause", "what it was compared with"),
        ("Who paid for the study?", "agent", "who paid"),
        ("How much faster is BeeNet?", "degree", "how much faster"),
        ("How much more accurate is BeeNet?", "degree", "how much more accurate"),
        ("What was the mean BMI of the farmers?", "measure", "the mean BMI"),
        ("What was the mean wing span?", "measure", "the mean wing span"),
        ("rate of relapse after surgery?", "measure", "the rate"),
        ("average number of eggs in a nest", "count", "how many eggs"),
        ("How many dialysis patients were enrolled?", "count", "how many dialysis patients"),
        ("How heavy were the hens?", "extent", "how heavy"),
        ("Where did the teachers in the study work?", "clause", "where it was done"),
        ("What does one test cost in India?", "clause", "what it costs"),
        ("Which funding agency supported it?", "thing", "the funding agency"),
        ("What index defined severe apnea in the hens?", "measure", "the index"),
        ("Who were the controls in the study?", "thing", "the controls"),
        ("How accurate is BeeNet on farms?", "extent", "how accurate"),
        ("How expensive was the rye?", "extent", "how expensive"),
        ("How sensitive is BeeNet?", "extent", "how sensitive"),
        ("How far from the barn were the hives placed?", "extent", "how far"),
        ("mean age of the hens in the barn", "measure", "the mean age"),
        ("How much did rye cost the farmers?", "clause", "what it costs"),
        ("What were the farmers paid for weighing hens?", "clause", "how much money"),
        ("names of the datasets in the study of hens", "thing", "the datasets"),
        ("whats the algorithm called that counts hives", "thing", "the algorithm"),
        ("how many pts were in the trial", "count", "how many patients"),
    ],
)
def test_what_is_asked_for(question: str, form: str, described: str) -> None:
    detail = parse_detail(question)
    assert detail
    assert (detail.form, detail.describe()) == (form, described)


@pytest.mark.parametrize(
    "question",
    [
        "What is BeeNet?",
        "What is the worst-case treatment effect?",
        "How does BeeNet count hives?",
        "How much faster does BeeNet count hives?",
        "What is the main idea of BeeNet?",
        "What is the role of rye in farming?",
        "Which method counts hives?",
        "How sensitive is BeeNet to noise?",
        "Which model attains 90.94% top-1 accuracy on hives?",
        "Why do hens eat rye?",
        "Compare rye and oats",
        "Is rye of any use?",
        "How large were the hens?",
        "hens and rye",
        "",
        "?" * 1000,
        "how many " * 500,
    ],
)
def test_other_questions_ask_for_no_detail(question: str) -> None:
    assert parse_detail(question) is None


def test_a_measure_of_a_certain_thing_is_asked_for_and_one_of_any_is_a_topic() -> None:
    of_one, of_any = parse_detail("dose in mg per day with the lamp"), parse_detail("dose in mg per day with lamps")
    assert of_one
    assert of_any
    assert (of_one.is_bare, of_any.is_bare) == (False, True)
