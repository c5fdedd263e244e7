"""Figures that go beyond one of a report: told where the words beside them are the same, and nowhere else."""

import pytest

from assistant.answer.replies import Quote
from assistant.watch.report_news import FigureFinder
from store.results import ScoredSentence
from tests.assistant.small import paper

SOUPS = "The resulting ViT-G model attains 90.94% top-1 accuracy on ImageNet."
PARSER = "Our parser reduces the word error rate on LibriSpeech to 3.1%."
VACCINE = "The vaccine reduced hospital admissions of adults by 62%."
SPEED = "We show a 72,000× speedup in simulation speed over real-time."


def quote(name: str, text: str) -> Quote:
    return Quote(paper(name, name, text), ScoredSentence(text=text, start=0, end=len(text)))


def compare(claim: str, *others: str) -> list[str]:
    finder = FigureFinder([quote("old", claim)])
    return [found.reason for found in finder.find(quote("new", text) for text in others)]


@pytest.mark.parametrize(
    ("claim", "other", "reason"),
    [
        (
            SOUPS,
            "The ensemble reaches 92.1% top-1 accuracy on ImageNet.",
            "92.1% is higher than 90.94%; beside both stand: accuracy, imagenet",
        ),
        (
            PARSER,
            "We lower the word error rate on LibriSpeech to 2.2%.",
            "2.2% is lower than 3.1%; beside both stand: rate, librispeech",
        ),
        (
            VACCINE,
            "The booster reduced hospital admissions of adults by 78%.",
            "78% is higher than 62%; beside both stand: hospital, admissions, adults",
        ),
        (
            SPEED,
            "We reach a 110,000× speedup in simulation speed over real-time.",
            "110,000× is higher than 72,000×; beside both stand: simulation, speed",
        ),
    ],
)
def test_a_figure_that_goes_beyond_is_found(claim: str, other: str, reason: str) -> None:
    assert compare(claim, other) == [reason]


@pytest.mark.parametrize(
    ("claim", "other"),
    [
        (SOUPS, "The ensemble reaches 88.1% top-1 accuracy on ImageNet."),  # It is worse.
        (SOUPS, "The ensemble reaches 90.94% top-1 accuracy on ImageNet."),  # It is the same.
        (SOUPS, "The ensemble reaches 92.1% top-1 accuracy on CIFAR-10."),  # Other data.
        (SOUPS, "The ensemble reaches 92.1% top-5 accuracy on ImageNet."),  # Another measure.
        (PARSER, "We lower the word error rate on LibriSpeech to 4.2%."),  # Of an error the higher is worse.
        (PARSER, "We lower the word error rate on LibriSpeech by 40%."),  # By how much is not to what.
        (VACCINE, "The diet reduced visits of children by 78%."),  # Something else.
        (SPEED, "Training is 90,000 times faster than the baseline in our simulation speed test."),
        ("In all, 27% of patients had side effects.", "Of the patients, 35% had side effects."),  # Nothing was reached.
        (
            "It reduced the risk of stroke in adults (95% CI 3 to 4) by 10%.",
            "It cut the risk of stroke in adults by 9%.",
        ),
    ],
)
def test_what_cannot_be_compared_or_is_no_better_is_not(claim: str, other: str) -> None:
    assert compare(claim, other) == []


def test_a_paper_does_not_go_beyond_itself_and_goes_beyond_a_claim_once() -> None:
    better = "The ensemble reaches 92.1% top-1 accuracy on ImageNet."
    best = "The largest ensemble reaches 93.0% top-1 accuracy on ImageNet."
    assert len(compare(SOUPS, better, best)) == 1
    finder = FigureFinder([quote("old", SOUPS)])
    assert finder.find([quote("old", SOUPS)]) == []
