"""Questions in another language than the abstracts."""

import pytest

from assistant.answer.foreign_questions import doubt_translation
from assistant.client import Assistant
from assistant.types import Support
from assistant.verify import verify
from store.library import Library
from tests.assistant import small
from tests.assistant.answer.asking import RIGHT, answered, chain_of, claims

GERMAN = "Um wie viel schneller ist die Schätzung der Unfallwahrscheinlichkeiten als naives Monte Carlo?"
TRANSLATED = "How much faster is the estimate of crash probabilities than naive Monte Carlo?"
SENTENCE = "Die Schätzung der Unfallwahrscheinlichkeiten ist 20-mal schneller als naives Monte Carlo."


async def test_a_question_is_searched_in_the_language_of_the_abstracts_and_answered_in_its_own(
    library: Library,
) -> None:
    chain, chat = chain_of(library, TRANSLATED, claims(SENTENCE))
    answer = await answered(chain, GERMAN)
    assert len(chat.requests) == 2
    assert "papers that are written in English" in chat.requests[0].text
    assert f"Question: {GERMAN}\n(In English: {TRANSLATED})\nWrite the sentences of your answer in German." in (
        chat.requests[1].text
    )
    (claim,) = answer.claims
    assert (answer.question, claim.text, answer.abstained) == (GERMAN, SENTENCE, False)
    assert claim.support is Support.DOUBTFUL
    assert claim.reasons == (
        "it is in German and its source in English: a translation can only be judged by a second stage of the check",
    )
    assert "crash" in answer.trace.searched


async def test_an_english_question_costs_no_request_more(library: Library) -> None:
    chain, chat = chain_of(library, claims(RIGHT))
    assert (await answered(chain)).claims[0].support is Support.WORDED
    assert len(chat.requests) == 1


@pytest.mark.parametrize("reply", ["Ich weiß es nicht.", ValueError("down"), "What is 1 + 1?"], ids=repr)
async def test_without_a_translation_it_is_said_that_the_languages_differ(reply: str, library: Library) -> None:
    chain, _ = chain_of(library, reply)
    answer = await answered(chain, "Wie schnell lernen Frösche das Singen mit 3 Lehrern?")
    assert answer.abstained
    assert answer.reason.startswith("This question is in German, the abstracts are in English: ")


def test_without_a_model_it_is_said_and_never_that_no_abstract_answers(field: Assistant) -> None:
    answer = field.ask("Warum ist der Himmel in den Alpen so blau?")
    assert answer.abstained
    assert answer.reason == (
        "This question is in German, the abstracts are in English: without a model only words of the same language are "
        "found. Ask in English, or set a model, which translates."
    )
    assert "No abstract in this library answers" in field.ask("Why is the sky above the Alps so blue?").reason


def test_a_claim_in_the_language_of_its_source_is_checked_as_ever() -> None:
    paper = small.FIELD[0].model_copy(
        update={"abstract": "We find that loss fell by 12% in the second year of the study."}
    )
    verdict = verify("The loss rose by 15% in the second year of the study.", [paper])
    assert doubt_translation(verdict, [paper]) is verdict
    quoted = verify(paper.abstract, [paper])
    assert doubt_translation(quoted, [paper]).support is Support.QUOTED
    german = verify("Der Verlust sank im zweiten Jahr der Studie um 15 %.", [paper])
    assert german.support.fails
    assert doubt_translation(german, [paper]).support is Support.DOUBTFUL
