"""What a batch is going to take, before anything is asked.

The prompts are those that would be sent, word for word; what is guessed is how many characters make a token, how long
an answer is, and how often the check finds something that is written again.
"""

from collections.abc import Sequence

from pydantic import Field

from assistant.batch.job import JobOptions, PreparedJob
from assistant.batch.paid_replies import CachedRequest
from assistant.batch.reply_sources import DryRunReplySource
from assistant.batch.state import BatchState
from assistant.report.pipeline import FACTS, RELEVANCE
from assistant.types import Usage
from store.errors import ConspectusError, LibraryError
from store.paper import Frozen

CHARACTERS_A_TOKEN, BESIDE = 4.8, 70
"""Of English abstracts; instructions and the frame of a chat take more, by so many tokens. This and what
follows are guesses; benchmarks/README.md has how far the estimate was from what was taken."""
SENTENCE, FORM = 40, 16
"""Tokens of a sentence in an answer, and of the JSON around it."""
AGAIN = 0.15
"""Of the answers hold a sentence that fails the check, and cost the same prompt once more."""


class PassEstimate(Frozen):
    """What one pass of a model is going to take."""

    calls: int = 0
    usage: Usage = Usage()


class JobEstimate(Frozen):
    """What one report or answer is going to take; ``calls`` are those for drafts. ``note``: why it cannot be made.

    ``passes`` tells the same of each pass by its name: relevance, facts, outline, sections, names.
    """

    name: str
    title: str
    calls: int = 0
    usage: Usage = Usage()
    note: str = ""
    passes: dict[str, PassEstimate] = Field(default_factory=dict)


class Estimate(Frozen):
    """What a batch is going to take, without what is finished or kept already."""

    jobs: tuple[JobEstimate, ...]
    finished: int = 0

    @property
    def calls(self) -> int:
        """Requests to models, those for what fails the check among them."""
        return round(sum(job.calls for job in self.jobs) * (1 + AGAIN))

    @property
    def usage(self) -> Usage:
        """Tokens, and their price where it is known of all."""
        return sum((job.usage for job in self.jobs), Usage())


async def estimate_jobs(
    options: JobOptions, batch_jobs: Sequence[PreparedJob], state: BatchState, share: float = 1.0
) -> Estimate:
    """Estimate jobs; nothing is asked and nothing is written.

    Args:
        options: How they would be run.
        batch_jobs: The jobs.
        state: What is finished and kept already.
        share: Of the list price that is paid.

    Raises:
        LibraryError: The library cannot be read.
    """
    seen: set[str] = set()
    left = [prepared for prepared in batch_jobs if state.find_result(prepared.key) is None]
    jobs = [await _estimate_job(options, prepared, state, seen, share) for prepared in left]
    return Estimate(jobs=tuple(jobs), finished=len(batch_jobs) - len(left))


async def _estimate_job(
    options: JobOptions, prepared: PreparedJob, state: BatchState, seen: set[str], share: float
) -> JobEstimate:
    """Estimate what a job asks beside the requests of ``seen``, to which its own are added."""
    estimate = JobEstimate(name=prepared.job.name, title=prepared.job.title)
    if prepared.chain is None:
        return estimate
    source = DryRunReplySource(state.replies)
    try:
        await source.record(options, prepared, share, guess=True)
    except LibraryError:
        raise
    except ConspectusError as error:
        return estimate.model_copy(update={"note": str(error)})
    fresh = {key: request for key, request in source.requests.items() if key not in seen}
    seen.update(fresh)
    passes: dict[str, PassEstimate] = {}
    for key, (request, sentences) in fresh.items():
        part = source.parts[key]
        before, usage = passes.get(part, PassEstimate()), _estimate_usage(request, sentences, part)
        passes[part] = PassEstimate(calls=before.calls + 1, usage=before.usage + usage)
    usage = sum((estimate_of_pass.usage for estimate_of_pass in passes.values()), Usage())
    return estimate.model_copy(update={"calls": len(fresh), "usage": usage, "passes": passes})


def _estimate_usage(request: CachedRequest, sentences: int, part: str) -> Usage:
    again = 0.0 if part in (RELEVANCE, FACTS) else AGAIN  # What is wrong with these is left out, and not written again.
    read = BESIDE + len(request.prompt) / CHARACTERS_A_TOKEN
    written = sentences * (SENTENCE + (FORM if request.form else 0))
    usage = Usage(input_tokens=round(read * (1 + again)), output_tokens=round(written * (1 + again)))
    return request.model.with_price(usage)
