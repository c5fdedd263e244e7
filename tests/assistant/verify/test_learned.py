"""The learned second stage: what it measures of a pair, and what its weights make of it."""

from collections.abc import Sequence
from functools import cache

import numpy as np
import pytest

from assistant.verify.entailment import Probabilities, Statement
from assistant.verify.learned import LearnedStage, weigh_features
from assistant.verify.learned_features import MOST_EVIDENCE, measure_features
from store.embedding.minilm import MiniLM, TokenVectors


class WordVectors:
    """An embedder for which each word is like itself and like no other."""

    def embed_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Give each word the axis of its own."""
        rows = []
        for text in texts:
            words = text.lower().replace(".", "").split() or ["."]
            vectors = np.zeros((len(words), 512), dtype=np.float32)
            for place, word in enumerate(words):
                vectors[place, sum(map(ord, word)) % 512] = 1
            whole = vectors.sum(axis=0)
            rows.append(TokenVectors(tuple(words), vectors, whole / np.linalg.norm(whole)))
        return rows


@cache
def _stage() -> LearnedStage:
    return LearnedStage(MiniLM())


def _measure(claim: str, *evidence: str) -> dict[str, float]:
    return measure_features(claim, evidence, WordVectors())


def _rate(claim: str, *evidence: str) -> Probabilities:
    (rated,) = _stage().rate_now([Statement(claim, evidence)])
    assert rated is not None
    return rated


def test_every_pair_has_the_same_features() -> None:
    pairs = [("", "."), ("Aspirin helps.", "Aspirin helps."), ("% § 12", "x"), ("Não há diferença.", "Es gibt keine.")]
    assert len({tuple(_measure(claim, evidence)) for claim, evidence in pairs}) == 1
    assert all(np.isfinite(list(_measure(claim, evidence).values())).all() for claim, evidence in pairs)


def test_words_that_are_not_in_the_evidence_are_counted() -> None:
    values = _measure("Aspirin lowers fever quickly", "Aspirin lowers pain")
    assert values["stems: missing"] == 2
    assert values["stems: best"] == values["stems: all"] == 0.5
    assert values["words best: least"] == 0


def test_a_word_may_stand_in_another_sentence() -> None:
    values = _measure("Aspirin lowers fever", "Aspirin lowers pain", "Fever is common")
    assert values["stems: missing"] == 0
    assert values["stems: all"] == 1
    assert values["stems: best"] == pytest.approx(2 / 3)


def test_a_denial_on_one_side_is_a_clash() -> None:
    assert _measure("Aspirin does not lower fever", "Aspirin does lower fever")["denial: clash"] > 0.3
    assert _measure("Aspirin does not lower fever", "Aspirin does not lower fever")["denial: clash"] == 0
    assert _measure("Aspirin does not lower fever", "Aspirin does lower fever")["denial: parity"] == 1


def test_opposite_directions_clash() -> None:
    assert _measure("Aspirin increases fever", "Aspirin reduces fever")["direction: clash"] == 1
    assert _measure("Aspirin reduces fever", "Aspirin reduces fever")["direction: clash"] == 0
    assert _measure("Aspirin reduces fever", "Aspirin decreases fever")["direction: alike"] == 1


def test_numbers_of_the_claim_are_looked_up_everywhere() -> None:
    assert _measure("It is 12 of 30", "It is 12", "There were 30")["number: missing"] == 0
    assert _measure("It is 12 of 31", "It is 12", "There were 30")["number: missing"] == 0.5


def test_words_in_another_order_are_told() -> None:
    assert _measure("alpha beats gamma", "alpha beats gamma")["order: kept"] == 1
    assert _measure("gamma beats alpha", "alpha beats gamma")["order: kept"] == 0


def test_only_the_first_sentences_are_read() -> None:
    rest = ("Nothing here.",) * (MOST_EVIDENCE - 1)
    assert _measure("alpha beats gamma", *rest, "alpha beats gamma")["stems: missing"] == 0
    assert _measure("alpha beats gamma", *rest, "Or here.", "alpha beats gamma")["stems: missing"] == 3


def test_what_the_rules_find_is_weighed() -> None:
    assert _measure("It fell by 12 % in 30 patients.", "It fell by 15 % in 30 patients.")["rules: number"] == 1
    assert _measure("It fell by 15 % in 30 patients.", "It fell by 15 % in 30 patients.")["rules: nothing found"] == 1


@pytest.mark.parametrize("statement", [Statement("", ("a",)), Statement("a", ()), Statement("a", (" ", ""))])
def test_without_claim_or_evidence_there_is_no_answer(statement: Statement) -> None:
    assert LearnedStage(WordVectors()).rate_now([statement]) == [None]


def test_what_is_no_number_is_no_answer() -> None:
    assert weigh_features({"stems: all": float("nan")}) is None
    assert weigh_features({}) is not None


_SOURCE = "Patients who took aspirin had fewer strokes than those on placebo (4 % versus 9 %)."


def test_clear_pairs_are_told_apart() -> None:
    true = _rate("Strokes were rarer in patients who took aspirin than in those on placebo.", _SOURCE)
    turned = _rate("Patients who took aspirin did not have fewer strokes than those on placebo.", _SOURCE)
    other = _rate("The sea level rose by three centimetres in the last decade.", _SOURCE)
    assert true.says > max(turned.says, other.says)
    assert turned.opposes > true.opposes
    assert other.silent > true.silent


def test_probabilities_add_up() -> None:
    assert _rate("Aspirin " * 300, _SOURCE).is_sound
    assert _rate("%%% §§§", _SOURCE).is_sound
    assert _rate("Aspirin verhindert Schlaganfälle.", _SOURCE).is_sound


async def test_it_is_a_second_stage() -> None:
    rows = [Statement("Aspirin prevents strokes.", (_SOURCE,)), Statement("", ())]
    assert await _stage().rate(rows) == _stage().rate_now(rows)
    assert _stage().stage == "learned"
