"""The second stage that is shipped: what it may move, which way, and what it says of that."""

from argparse import Namespace
from pathlib import Path
from unittest.mock import Mock

import pytest

from assistant import Assistant
from assistant.cli.library_context import read_settings
from assistant.phrases import NETWORK
from assistant.settings import CheckSettings, Settings
from assistant.testing.judges import ScriptedJudge, always
from assistant.types import Decision, Support
from assistant.verify import FindingKind, Verdict, check, nearness, verify, weigher
from assistant.verify.alignment import find_evidence
from assistant.verify.check import NOT_CLOSE
from assistant.verify.entailment import StageRun, WeighingStage
from assistant.verify.verdict import Finding
from assistant.verify.weigher import UNLIKE, Regression, Weigher, load_weights
from store.errors import EmbedderError
from store.paper import Paper
from tests.assistant.small import assistant, paper

SOURCE = "The new drug lowered blood pressure in elderly patients."
PAPERS = [Paper(id="source", title="", abstract=SOURCE)]
LONG = (
    "The new drug lowered blood pressure, pulse and cholesterol in elderly patients of five large hospitals of Norway, "
    "and headaches became less frequent."
)
CLAIM = "The new drug lowered blood pressure."
ASKED = "We interviewed 34 nurses in rural hospitals about burnout."
NEAR = "Thirty-four nurses of country hospitals were asked about exhaustion."
LOOSE = "The new pills lowered the blood count of elderly surgeons under pressure."


def verdict(support: Support, *kinds: FindingKind, text: str = LOOSE) -> Verdict:
    return Verdict(
        text=text,
        support=support,
        findings=tuple(Finding(kind=kind, reason="a reason", support=support) for kind in kinds),
    )


@pytest.fixture
def rates(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The probability that the weights give from now on, one."""
    values = [0.5]

    class Scripted(Regression):
        def rate(self, measured: dict[str, float]) -> float:
            return values[0]

    scripted = Scripted((), (), 0.0, least=0.5, together=0.95, sure=0.6, apart=0.85)
    monkeypatch.setattr(weigher, "load_weights", lambda: scripted)
    return values


@pytest.mark.parametrize(
    ("support", "rate", "after"),
    [
        (Support.WORDED, 0.5, Support.WORDED),
        (Support.WORDED, 0.49, Support.DOUBTFUL),
        (Support.DOUBTFUL, 0.6, Support.WORDED),
        (Support.DOUBTFUL, 0.59, Support.DOUBTFUL),
        (Support.ABSENT, 0.6, Support.WORDED),
        (Support.ABSENT, 0.59, Support.ABSENT),
    ],
)
def test_a_sign_moves_by_the_probability(rates: list[float], support: Support, rate: float, after: Support) -> None:
    rates[0] = rate
    kinds = [] if support is Support.WORDED else [FindingKind.WORDS]
    weighed = Weigher().weigh(verdict(support, *kinds), PAPERS)
    assert weighed.support is after
    assert weighed.to_claim().holds is (after is Support.WORDED)
    raised = ("a reason; it may say this in other words",)
    assert weighed.reasons == {
        (Support.WORDED, Support.DOUBTFUL): (UNLIKE,),
        (Support.WORDED, Support.WORDED): (),
        (Support.DOUBTFUL, Support.WORDED): raised,
        (Support.ABSENT, Support.WORDED): raised,
    }.get((support, after), ("a reason",))
    kept = after is support is not Support.WORDED
    assert weighed.decision == (Decision() if kept else Decision(stage="learned", by=NETWORK, probability=rate))


def test_what_no_sentence_is_close_to_is_raised_on_the_one_that_says_it(rates: list[float]) -> None:
    """The sign belongs to what is shown: the sentence that the network read, and the paper is no unused one."""
    papers = [Paper(id="asked", title="On work", abstract=f"Farming is hard work. {ASKED}")]
    before = verify("Caregivers outside cities told researchers that they felt worn out.", papers)
    assert (before.support, before.findings, before.citations) == (Support.ABSENT, (NOT_CLOSE,), ())
    rates[0] = 1.0
    after = Weigher().weigh(before, papers)
    assert (after.support, after.unused) == (Support.WORDED, ())
    assert [citation.quote for citation in after.citations] == [ASKED]
    assert papers[0].abstract[after.citations[0].start : after.citations[0].end] == ASKED
    assert after.reasons == ("no sentence of the source is close to this; it may say this in other words",)


@pytest.mark.parametrize(
    "claim",
    [
        "Caregivers of 12 towns told researchers that they felt worn out.",
        "Caregivers of Zurich told researchers that they felt worn out.",
    ],
)
def test_a_number_or_a_name_that_is_not_there_is_never_raised(rates: list[float], claim: str) -> None:
    """Where no sentence is close, the rules do not come to look at numbers and names."""
    papers = [Paper(id="asked", title="On work", abstract=ASKED)]
    before = verify(claim, papers)
    assert before.support is Support.ABSENT
    rates[0] = 1.0
    assert Weigher().weigh(before, papers) == before


@pytest.mark.parametrize("claim", ["It was.", "Fine."])
def test_what_says_too_little_is_not_raised(rates: list[float], claim: str) -> None:
    rates[0] = 1.0
    before = verify(claim, PAPERS)
    assert before.support is Support.ABSENT
    assert Weigher().weigh(before, PAPERS) == before


@pytest.mark.parametrize(
    ("text", "abstract"),
    [
        (SOURCE, SOURCE),
        ("The authors report that the new drug lowered blood pressure in elderly patients.", SOURCE),
        ("According to the paper, the new drug lowered blood pressure in elderly patients.", SOURCE),
        ("The new drug lowered blood pressure.", SOURCE),
        ("It was written in 2019.", SOURCE),
    ],
)
def test_what_the_rules_read_whole_is_never_lowered(rates: list[float], text: str, abstract: str) -> None:
    """A sentence again or a part of it, with a lead-in or without, and what is about the record."""
    papers = [Paper(id="source", title="On drugs", abstract=abstract, date="2019")]
    before = verify(text, papers)
    assert before.to_claim().holds
    rates[0] = 0.0
    assert Weigher().weigh(before, papers) == before


def test_what_is_longer_than_the_network_reads_is_left_to_the_rules(rates: list[float]) -> None:
    """What is false may stand at the end."""
    papers = [Paper(id="asked", title="On work", abstract=ASKED)]
    claim = "Caregivers outside of the big cities told researchers that they felt worn out" + ", and nobody slept" * 12
    before = verify(f"{claim}.", papers)
    assert before.support is Support.ABSENT
    rates[0] = 1.0
    assert Weigher().weigh(before, papers) == before


def test_what_repeats_a_sentence_but_for_a_word_is_not_raised(rates: list[float]) -> None:
    """A word that is another is then what tells, and its opposite is as near as can be."""
    papers = [Paper(id="source", title="", abstract=LONG)]
    turned = verify(LONG.replace("elderly", "juvenile"), papers)
    assert turned.support is Support.DOUBTFUL
    rates[0] = 1.0
    assert Weigher().weigh(turned, papers) == turned


def test_nothing_is_embedded_for_what_is_not_moved(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(weigher, "lay_beside", lambda claim, sentences: asked.append(claim))
    papers = [Paper(id="source", title="", abstract=LONG)]
    for text in (LONG, LONG.replace("elderly", "juvenile"), "Fine.", LOOSE):
        Weigher().weigh(verify(text, papers), papers)
    assert asked == [LOOSE]


def test_where_a_claim_rests_is_found_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the rules found is weighed; of what is very long nothing is remembered."""
    search = Mock(wraps=find_evidence)
    monkeypatch.setattr(check, "find_evidence", search)
    papers = [Paper(id="long", title="A paper of its own", abstract=LONG)]
    assert Weigher().weigh(verify(LOOSE, papers), papers).decision.by
    assert search.call_count == 1
    papers = [Paper(id="longer", title="", abstract=LONG * 250)]
    Weigher().weigh(verify(LOOSE, papers), papers)
    assert search.call_count == 3


@pytest.mark.parametrize("rate", [0.0, 1.0])
@pytest.mark.parametrize("support", Support)
@pytest.mark.parametrize("kind", FindingKind)
def test_what_rules_object_to_never_moves(rates: list[float], rate: float, support: Support, kind: FindingKind) -> None:
    rates[0] = rate
    before = verdict(support, kind)
    words = kind is FindingKind.WORDS and support in (Support.DOUBTFUL, Support.ABSENT)
    if before.support is not Support.WORDED and not words:
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
    papers = [Paper(id="asked", title="Interviews", abstract=ASKED)]
    before = verify(NEAR, papers)
    assert before.support is Support.DOUBTFUL
    [after] = await StageRun(Weigher()).judge([before], [papers])
    assert after == Weigher().weigh(before, papers)
    assert (after.support, after.decision.by) == (Support.WORDED, NETWORK)
    assert after.reasons == ("the source does not speak of “country”, “exhaustion”; it may say this in other words",)


async def test_what_the_rules_found_holds_without_the_weights_of_words(monkeypatch: pytest.MonkeyPatch) -> None:
    class Missing:
        def embed_pieces(self, text: str) -> None:
            raise EmbedderError("The weights are missing.", "Install them.")

    nearness.read_text.cache_clear()
    monkeypatch.setattr(nearness, "share_minilm", Missing)
    papers = [Paper(id="source", title="", abstract=ASKED)]
    before, run = verify(NEAR, papers), StageRun(Weigher())
    assert await run.judge([before], [papers]) == [before]
    assert run.notes == ("the words were not weighed: The weights are missing.",)


def test_the_weights_fit_the_features() -> None:
    weights = load_weights()
    values = weigher.measure_claim(verify(CLAIM, PAPERS), PAPERS)
    assert values is not None
    assert set(weights.names) <= set(values)
    assert 0.0 < weights.rate(values) < 1.0
    assert weights[3:] == (0.5, 0.9, 0.65, 0.85)


def test_sentences_of_ones_own_are_weighed_unless_that_is_off(tmp_path: Path) -> None:
    with assistant(tmp_path, [paper("asked", "Interviews", abstract=ASKED)]) as a:
        assert (a.verify(NEAR, ["asked"]).support, a.verify(NEAR, ["asked"]).decision.by) == (Support.WORDED, NETWORK)
        assert a.verify(NEAR, ["asked"], judge=False).support is Support.DOUBTFUL
        draft = f"{NEAR[:-1]} [@asked]."
        assert [sentence.outcome for sentence in a.drafts.check(draft)] == ["worded"]
        assert [sentence.outcome for sentence in a.drafts.check(draft, judge=False)] == ["doubtful"]
        settings = Settings(check=CheckSettings(nearness=False))
        off = Assistant(a.library, settings=settings)
        assert off.verify(NEAR, ["asked"]).support is Support.DOUBTFUL
        assert [sentence.outcome for sentence in off.drafts.check(draft)] == ["doubtful"]


def test_a_judge_that_is_set_looks_in_its_place(tmp_path: Path) -> None:
    with assistant(tmp_path, [paper("asked", "Interviews", abstract=ASKED)]) as a:
        judged = Assistant(a.library, stage=ScriptedJudge(always("opposes"))).verify(NEAR, ["asked"])
    assert (judged.support, judged.decision.stage) == (Support.CONTRADICTED, "model")


def test_no_judge_leaves_it_out() -> None:
    assert read_settings(Namespace()).check.nearness
    assert not read_settings(Namespace(judge=False)).check.nearness
