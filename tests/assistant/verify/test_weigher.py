"""The second stage that is shipped: what it may move, which way, and what it says of that."""

import pytest

from assistant.types import Decision, Support
from assistant.verify import FindingKind, Verdict, verify, weigher
from assistant.verify.entailment import StageRun, WeighingStage
from assistant.verify.verdict import Finding
from assistant.verify.weigher import NAME, UNLIKE, Weigher, Weights, load_weights
from store.paper import Paper

SOURCE = "The new drug lowered blood pressure in elderly patients."
PAPERS = [Paper(id="source", title="", abstract=SOURCE)]
CLAIM = "The new drug lowered blood pressure."


def verdict(support: Support, *kinds: FindingKind) -> Verdict:
    return Verdict(
        text=CLAIM,
        support=support,
        findings=tuple(Finding(kind=kind, reason="a reason", support=support) for kind in kinds),
    )


@pytest.fixture
def rates(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The probability that the weights give from now on, one."""
    values = [0.5]

    class Scripted(Weights):
        def rate(self, measured: dict[str, float]) -> float:
            assert measured["rules: coverage"] > 0.9
            return values[0]

    monkeypatch.setattr(weigher, "load_weights", lambda: Scripted((), (), 0.0, 0.5, 0.6))
    return values


@pytest.mark.parametrize(
    ("support", "rate", "after"),
    [
        (Support.WORDED, 0.5, Support.WORDED),
        (Support.WORDED, 0.49, Support.DOUBTFUL),
        (Support.DOUBTFUL, 0.6, Support.WORDED),
        (Support.DOUBTFUL, 0.59, Support.DOUBTFUL),
    ],
)
def test_a_sign_moves_by_one_step(rates: list[float], support: Support, rate: float, after: Support) -> None:
    rates[0] = rate
    kinds = [FindingKind.WORDS] if support is Support.DOUBTFUL else []
    weighed = Weigher().weigh(verdict(support, *kinds), PAPERS)
    assert weighed.support is after
    assert weighed.to_claim().holds is (after is Support.WORDED)
    assert weighed.reasons == {
        (Support.WORDED, Support.DOUBTFUL): (UNLIKE,),
        (Support.DOUBTFUL, Support.DOUBTFUL): ("a reason",),
    }.get((support, after), ())
    kept = support is after is Support.DOUBTFUL
    assert weighed.decision == (Decision() if kept else Decision(stage="learned", by=NAME, probability=rate))


@pytest.mark.parametrize("rate", [0.0, 1.0])
@pytest.mark.parametrize("support", Support)
@pytest.mark.parametrize("kind", FindingKind)
def test_what_rules_object_to_never_moves(rates: list[float], rate: float, support: Support, kind: FindingKind) -> None:
    rates[0] = rate
    before = verdict(support, kind)
    if before.support is not Support.WORDED and (support, kind) != (Support.DOUBTFUL, FindingKind.WORDS):
        assert Weigher().weigh(before, PAPERS) == before


@pytest.mark.parametrize(
    "claim", ["", "...", "深度学习可以降低血压。", "Новый препарат снижает давление.", "x " * 100_000, "\x00"]
)
def test_no_claim_gets_more_than_worded_alike(claim: str) -> None:
    for papers in (PAPERS, [Paper(id="source", title="", abstract="")], []):
        weighed = Weigher().weigh(verify(claim, papers), papers)
        assert weighed.support not in (Support.QUOTED, Support.ENTAILED, Support.WORDED)


def test_the_same_twice() -> None:
    before = verify("The new medicine lowered blood pressure.", PAPERS)
    assert Weigher().weigh(before, PAPERS) == Weigher().weigh(before, PAPERS)


async def test_it_runs_where_a_second_stage_does() -> None:
    assert isinstance(Weigher(), WeighingStage)
    before = verify("The new medicine lowered blood pressure in elderly patients.", PAPERS)
    assert before.support is Support.DOUBTFUL
    [after] = await StageRun(Weigher()).judge([before], [PAPERS])
    assert after == Weigher().weigh(before, PAPERS)
    assert (after.support, after.decision.by) == (Support.WORDED, NAME)


def test_the_weights_fit_the_features() -> None:
    weights = load_weights()
    values = weigher.measure_claim(verify(CLAIM, PAPERS), PAPERS)
    assert values is not None
    assert set(weights.names) <= set(values)
    assert 0.0 < weights.rate(values) < 1.0
    assert (weights.least, weights.sure) == (0.5, 0.6)
