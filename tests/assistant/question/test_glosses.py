"""Questions about the catalogue in other languages are read in English; those with a topic are left as they are."""

import pytest

from assistant.question.glosses import gloss_question
from assistant.question.parse import parse_question
from assistant.question.query import Intent
from store.index.snapshot import Snapshot


@pytest.mark.parametrize(
    ("question", "gloss"),
    [
        ("Liste de papiers depuis 2024", "list of papers since 2024"),
        ("Wie viele Artikel gibt es vor 2020?", "how many papers are there before 2020"),
        ("artículos de Duchi desde 2019", "papers by Duchi since 2019"),
        ("Artikel ohne Duchi", "papers not by Duchi"),
        ("articoli dal 2021", "papers since 2021"),
        ("artigos até 2019", "papers until 2019"),
        ("artikelen sinds 2020", "papers since 2020"),
    ],
)
def test_a_question_about_the_catalogue_is_read_in_english(question: str, gloss: str, view: Snapshot) -> None:
    assert gloss_question(question, view) == gloss


@pytest.mark.parametrize(
    "question",
    [
        "papers in 2020",
        "Welche Arbeiten gibt es zu Kausalität?",
        "studies",
        "Liste de papiers",
        "papers by Duchi",
        "de 2020",
    ],
)
def test_english_and_what_has_a_topic_are_left(question: str, view: Snapshot) -> None:
    expected = "list of papers" if question == "Liste de papiers" else question
    assert gloss_question(question, view) == expected


def test_the_reading_is_said_and_asked(view: Snapshot) -> None:
    query = parse_question("Liste de papiers depuis 2024", view)
    assert (query.intent, query.filters.year_from) == (Intent.CATALOGUE, 2024)
    assert query.corrections == (("Liste de papiers depuis 2024", "list of papers since 2024"),)
