"""The second stage of the check: whether the sentences that carry a claim also say it."""

from collections.abc import Sequence
from typing import Literal, NamedTuple, Protocol

_ROUNDING = 0.02


class Statement(NamedTuple):
    """A claim and the sentences that carry it, the best first."""

    claim: str
    evidence: tuple[str, ...]


class Probabilities(NamedTuple):
    """Whether the evidence says a claim, is silent on it, or says otherwise; they add up to 1.

    ``measured`` is False where a stage only chose one of the three and gave no probability.
    """

    says: float
    silent: float
    opposes: float
    measured: bool = True

    @property
    def is_sound(self) -> bool:
        """Whether these are probabilities: NaN is none, and what does not add up answers another question."""
        values = (self.says, self.silent, self.opposes)
        return all(0.0 <= value <= 1.0 for value in values) and abs(sum(values) - 1.0) < _ROUNDING


class SecondStage(Protocol):
    """Looks at the sense of claims; ``name`` is that of its model."""

    @property
    def name(self) -> str:
        """The name of the model, as readers are told it."""

    @property
    def stage(self) -> Literal["learned", "model"]:
        """Whether it is a model trained for this, or a chat model."""

    async def rate(self, statements: Sequence[Statement]) -> list[Probabilities | None]:
        """Rate statements, in their order; None where the stage gives no answer."""
