"""A second stage that looks at drafts: a scripted one, and a model behind a fake endpoint."""

import pytest

from assistant.answer.model import Model
from assistant.answer.pipeline import AnswerPipeline
from assistant.client import Assistant
from assistant.drafts.checked_sentence import CheckedSentence, Relation, SentenceOutcome
from assistant.testing import FakeOpenAIServer, ScriptedChatModel, faults
from assistant.testing.judges import Judging, ScriptedJudge, always, judge_chat
from assistant.types import Usage
from prompts import Prompts
from store.errors import InputError
from tests.assistant.answer.asking import settings_of

TRUE = "The estimate of crash probabilities takes 20 times less time than naive Monte Carlo"
WRONG = "The estimate of crash probabilities takes 70 times less time than naive Monte Carlo"
DRAFT = f"{TRUE} [@rare].\n\n{WRONG} [@rare].\n\nCrashes are rare events [@rare].\n\nTungsten boils hot.\n\nReally?\n"


def judged(field: Assistant, judging: Judging, draft: str = DRAFT) -> tuple[list[CheckedSentence], ScriptedJudge]:
    judge = ScriptedJudge(judging)
    with Assistant(field.library, stage=judge) as a:
        return list(a.drafts.check(draft)), judge


def test_a_judge_confirms_what_the_rules_found_nothing_against_and_nothing_else(field: Assistant) -> None:
    found, judge = judged(field, always("says"))
    assert [sentence.outcome for sentence in found[:3]] == [
        *(SentenceOutcome.ENTAILED, SentenceOutcome.CONTRADICTED, SentenceOutcome.QUOTED)
    ]
    assert found[0].claim
    assert (found[0].claim.decision.by, found[0].papers[0].decision.by) == ("scripted judge", "scripted judge")
    assert [[statement.claim for statement in asked] for asked in judge.requests] == [[f"{TRUE}."]]


def test_a_judge_that_says_otherwise_is_believed_and_shows_the_sentence(field: Assistant) -> None:
    found, _ = judged(field, always("opposes"))
    assert (found[0].outcome, found[0].contradicted, found[0].fine) == (SentenceOutcome.CONTRADICTED, True, False)
    assert found[0].papers[0].relation is Relation.CONTRADICTS
    assert "by scripted judge: “The estimate takes 20 times" in found[0].papers[0].reasons[0]


def test_a_sentence_that_cites_nothing_is_not_to_cite_what_the_judge_finds_silent(field: Assistant) -> None:
    outcomes = []
    for choice in ("says", "opposes", "silent"):
        (found,), _ = judged(field, always(choice), f"{TRUE}.")
        outcomes.append((found.outcome, found.contradicted))
    assert outcomes == [
        *((SentenceOutcome.CITABLE, False), (SentenceOutcome.DISPUTED, True), (SentenceOutcome.NOTHING, False))
    ]


def test_sentences_are_looked_at_ten_at_a_time(field: Assistant) -> None:
    drafts = [f"{TRUE}, {'very ' * n}often [@rare]." for n in range(23)]
    _, judge = judged(field, always("says"), "\n\n".join(drafts))
    assert [len(asked) for asked in judge.requests] == [10, 10, 3]


def test_without_a_judge_the_model_that_answers_may_be_asked(field: Assistant) -> None:
    chat = ScriptedChatModel(default=judge_chat(always("says")))
    with Assistant(field.library, AnswerPipeline(field.library, Model(chat, "a model"), Prompts())) as a:
        assert [row.outcome for row in a.drafts.check(f"{TRUE} [@rare].")] == [SentenceOutcome.WORDED]
        [asked] = a.drafts.check(f"{TRUE} [@rare].", judge=True)
    assert asked.outcome is SentenceOutcome.ENTAILED
    assert asked.claim
    assert (asked.claim.decision.by, asked.claim.decision.probability) == ("a model", None)
    assert asked.usage.input_tokens > 100
    with pytest.raises(InputError, match="There is no model"):
        field.drafts.check("A.", judge=True)


def test_a_judge_that_is_set_can_be_left_out(field: Assistant) -> None:
    with Assistant(field.library, stage=ScriptedJudge(always("says"))) as a:
        assert list(a.drafts.check(DRAFT, judge=False)) == list(field.drafts.check(DRAFT, judge=False))


def check_broken(server: FakeOpenAIServer, field: Assistant, sentences: int) -> list[CheckedSentence]:
    draft = "\n\n".join(f"{TRUE}, as {'very ' * n} often before [@rare]." for n in range(sentences))
    with Assistant.open(field.library.folder, embedder=field.library.embedder, settings=settings_of(server)) as a:
        return list(a.drafts.check(draft, judge=True))


def test_a_failure_is_told_and_a_model_that_keeps_failing_is_left_alone(
    server: FakeOpenAIServer, field: Assistant
) -> None:
    server.fail(faults.server_error(), endpoint="all")
    found = check_broken(server, field, sentences=35)
    assert all(sentence.claim and not sentence.claim.holds for sentence in found)
    notes = [note for sentence in found for note in sentence.notes]
    assert "fails (500" in notes[0]
    assert "not asked any more" in notes[-1]
    assert len(server.requests) == 2
    assert sum((sentence.usage for sentence in found), Usage()) == Usage()
