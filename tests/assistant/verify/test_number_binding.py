"""Numbers and what they are bound to: the words beside them, the end of their range, the way something changes."""

import pytest

from assistant.verify import verify
from assistant.verify.number_binding import bind_numbers
from assistant.verify.source import parse_sentence
from store.paper import Paper

AUDIT = "Simulation and audit reach 94% and 99% accuracy respectively."
ARMS = "Mortality was 12% in the treated group and 20% in the control group."
GAINS = "It improves accuracy under shift by 5 pp and on ImageNet by 1.6 pp."


def holds(source: str, claim: str) -> bool:
    return verify(claim, [Paper(id="p", title="On This", abstract=source)]).to_claim().holds


@pytest.mark.parametrize(
    ("source", "claim"),
    [
        (AUDIT, "The audit reaches 99% accuracy."),
        (ARMS, "In the control group mortality was 20%."),
        (GAINS, "It improves accuracy on ImageNet by 1.6 pp."),
        ("The soup attains 90.94% accuracy.", "The soup attains between 90% and 91% accuracy."),
        ("The soup attains 90.94% accuracy.", "The soup attains more than 90% accuracy."),
        ("Accuracy improves by 4 to 6 points.", "Accuracy improves by at least 4 points."),
        ("Accuracy improves by 4 to 6 points.", "Accuracy improves by up to 6 points."),
        ("Error fell by 40%.", "Error fell by about 40%."),
        ("The song became a number one hit.", "The song became a number 1 hit."),
        ("The club won the cup for the fifth time.", "The club won the cup five times."),
    ],
)
def test_what_is_bound_to_the_same_passes(source: str, claim: str) -> None:
    assert holds(source, claim)


@pytest.mark.parametrize(
    ("source", "claim"),
    [
        (AUDIT, "The audit reaches 94% accuracy."),
        (ARMS, "In the control group mortality was 12%."),
        (GAINS, "It improves accuracy on ImageNet by 5 pp."),
        ("The soup attains 90.94% accuracy.", "The soup attains between 91% and 93% accuracy."),
        ("The soup attains 90.94% accuracy.", "The soup attains more than 91% accuracy."),
        ("The soup attains 90.94% accuracy.", "The soup attains nearly 92% accuracy."),
        ("Accuracy improves by 4 to 6 points.", "Accuracy improves by at least 6 points."),
        ("Accuracy improves by 4 to 6 points.", "Accuracy improves by up to 4 points."),
        ("It is up to 1000x faster.", "It is more than 1000x faster."),
        ("Error fell by 40%.", "Error fell to 40%."),
        ("Error fell to 40%.", "Error fell by 40%."),
    ],
)
def test_what_is_bound_to_something_else_does_not(source: str, claim: str) -> None:
    assert not holds(source, claim)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (AUDIT, [("94%", {"simul"}), ("99%", {"audit", "reach"})]),
        (ARMS, [("12%", {"treat", "group"}), ("20%", {"control", "group"})]),
        ("Hens and ducks lay 9 and 5 eggs.", [("9", {"hen"}), ("5", {"duck", "lay"})]),
        ("We see no number.", []),
    ],
)
def test_each_number_has_words_of_its_own(text: str, expected: list[tuple[str, set[str]]]) -> None:
    assert [(one.number.text, set(one.own)) for one in bind_numbers(parse_sentence(text))] == expected
