"""Answers to what newcomers ask: what a tool is for, where it is, what its name stands for, and two things at once."""

from pathlib import Path

import pytest

from assistant.client import Assistant
from tests.assistant import small

PAPERS = (
    small.paper(
        "tool",
        "NAMD in the laboratory",
        "NAMD (Nanoscale Molecular Dynamics) simulates proteins. To meet their needs, companies have built NAMD"
        " clusters. We present NAMD for students of proteins. NAMD is fast on clusters. The authors list NAMD features."
        " NAMD is distributed free of charge at www.example.org.",
        "Ada Heiner, Bo Koch",
        2005,
    ),
    small.paper(
        "closed", "WHAM for experts", "We present WHAM for experts. WHAM is fast on clusters.", "Bo Koch", 2010
    ),
    small.paper(
        "sheets",
        "ZEBRA tests",
        "Agents are expected to carry out workflows in finance. To meet the needs of firms, frontier labs have"
        " developed agents that construct spreadsheets. Yet nobody measures this skill. To address this gap, we provide"
        " one of the first evaluations of agents on sheets. The strongest agents fall short of professional standards.",
        "Cy Dong",
        1999,
    ),
    small.paper("queue", "Queues of jobs", "Queues of jobs are simulated. Jobs wait in queues.", "Cy Dong", 2011),
    small.paper("dice", "Queues of dice", "Queues of dice are drawn. Dice wait in queues.", "Ada Heiner", 2012),
)


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """The papers above."""
    folder: Path = tmp_path_factory.mktemp("newcomers")
    return small.assistant(folder, PAPERS)


def test_what_can_be_had_is_told_by_the_form_of_a_sentence(assistant: Assistant) -> None:
    free, closed = small.talk(assistant, "Is NAMD freely available?", "Is WHAM publicly available?")
    assert free.claims[0].text == "NAMD is distributed free of charge at www.example.org."
    assert closed.reason == "The abstract of “WHAM for experts” does not state where it is available."


def test_an_aim_is_what_the_paper_does_not_what_others_want(assistant: Assistant) -> None:
    (answer,) = small.talk(assistant, "What is the aim of ZEBRA?")
    assert answer.claims[0].text.startswith("To address this gap, we provide one of the first evaluations")


def test_what_a_name_stands_for_is_told_where_it_is_defined(assistant: Assistant) -> None:
    (answer,) = small.talk(assistant, "What does NAMD stand for?")
    assert answer.claims[0].text == "NAMD (Nanoscale Molecular Dynamics) simulates proteins."


def test_who_wrote_it_is_answered_beside_what_it_is(assistant: Assistant) -> None:
    both, one = small.talk(assistant, "What is WHAM and who wrote it?", "What is WHAM?")
    record = "“WHAM for experts” is by Bo Koch; it is dated 2010."
    assert [claim.text for claim in both.claims].count(record) == 1
    assert record in both.text
    assert record not in one.text


def test_the_paper_that_alone_fits_is_shown(assistant: Assistant) -> None:
    one, several = small.talk(assistant, "bibtex for Dong 2011", "bibtex for Koch")
    assert [reference.paper_id for reference in one.references] == ["queue"]
    assert several.abstained


def test_a_follow_up_that_shuts_out_is_obeyed(assistant: Assistant) -> None:
    *_, answer = small.talk(assistant, "papers on queues", "and without dice")
    assert [reference.paper_id for reference in answer.references] == ["queue"]
    *_, both = small.talk(assistant, "papers since 2000", "not by Koch", "and without dice")
    assert [reference.paper_id for reference in both.references] == ["queue"]


def test_more_of_an_answer_tells_more_of_its_paper(assistant: Assistant) -> None:
    *_, answer = small.talk(assistant, "What is WHAM?", "more")
    assert answer.claims[0].text.startswith("We present WHAM")


def test_what_two_have_in_common_is_a_comparison(assistant: Assistant) -> None:
    *_, answer = small.talk(assistant, "papers by Koch", "what do they have in common?")
    assert (answer.trace.kind, len(answer.references)) == ("compare", 2)


def test_who_is_there_beside_somebody_who_wrote_everything(tmp_path: Path) -> None:
    papers = (small.paper("a", "Soups", "", "Bo Koch, Ada Heiner"), small.paper("b", "Nets", "", "Bo Koch"))
    (answer,) = small.talk(small.assistant(tmp_path, papers), "Who wrote most of the papers besides Koch?")
    assert not answer.abstained
    assert "Ada Heiner: 1 paper" in answer.text
    assert "Bo Koch:" not in answer.text


def test_politeness_alone_is_answered_by_no_paper(assistant: Assistant) -> None:
    (answer,) = small.talk(assistant, "thanks!")
    assert answer.reason == (
        "That asks nothing, so nothing was looked up. Ask for example: Which papers are from 2024?"
    )


def test_an_effect_of_what_no_paper_speaks_of_is_not_answered_by_the_other_word(assistant: Assistant) -> None:
    nobody, tool = small.talk(assistant, "is ketamine effective for queues of jobs?", "are clusters good for NAMD?")
    assert nobody.reason == "No abstract in this library answers this question. No paper has the word “ketamine”."
    assert not tool.abstained


def test_papers_of_a_kind_are_counted_without_the_word_papers(tmp_path: Path) -> None:
    papers = [
        small.paper(f"p{n}", f"Salve for warts: a randomized controlled trial {n}", "Salve was tried.", "Bo Koch", 2010)
        for n in range(3)
    ]
    (answer,) = small.talk(small.assistant(tmp_path, papers), "how many randomised trials?")
    assert answer.text.startswith("This library holds 3 papers of the kind randomised controlled trial.")


DATED = (
    small.paper("pilot", "A pilot study of salve", "Salve cleared warts in nine of ten children.", "Ada Heiner", 2004),
    small.paper("later", "Salve for warts", "A pilot study of salve had failed. Salve is cheap.", "Bo Koch", 2009),
    small.paper("asked", "What nurses say", "We report an online survey of nurses from 2004.", "Cy Dong", 2008),
)


def test_the_year_before_a_study_is_that_of_its_paper_or_of_its_work(tmp_path: Path) -> None:
    shelf = small.assistant(tmp_path, DATED)
    pilot, survey = (
        small.talk(shelf, "what did the 2004 pilot study of salve find?")[0],
        small.talk(shelf, "the 2004 online survey of nurses")[0],
    )
    assert pilot.claims[0].text == "Salve cleared warts in nine of ten children."
    assert survey.claims[0].text == "We report an online survey of nurses from 2004."


def test_a_year_in_a_text_is_no_work_of_that_year(tmp_path: Path) -> None:
    papers = [
        small.paper("trials", "Trials kept", "Of 90 trials published since 2005, a third are kept.", "Bo Koch", 2010)
    ]
    (answer,) = small.talk(small.assistant(tmp_path, papers), "what did the 2005 study find?")
    assert answer.text.startswith("This library holds no paper from 2005.")


def test_what_has_an_effect_is_no_detail(tmp_path: Path) -> None:
    papers = [small.paper("salve", "Salve for warts", "Salve reduces the size of warts by half.", "Bo Koch", 2010)]
    (answer,) = small.talk(small.assistant(tmp_path, papers), "what reduces the size of warts?")
    assert [claim.text for claim in answer.claims] == ["Salve reduces the size of warts by half."]


def test_papers_of_two_years_are_compared_however_they_are_called(tmp_path: Path) -> None:
    (answer,) = small.talk(small.assistant(tmp_path, DATED), "Compare the papers from 2004 with those from 2009")
    assert "- 2004: 1 paper\n- 2009: 1 paper" in answer.text
