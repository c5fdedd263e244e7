"""What is made of the behaviours of real servers: python -m benchmarks.servers [PART OF A NAME …] [--cases FOLDER].

Plays each case of FOLDER (``../shared/cases/answers``; with ``--half``, of that half) whose kind is ``server:…``
(follow-ups aside) or ``doctor``: a server answers on loopback with the raw bytes of the case, the question of the case
is asked of the sample's library, and what comes is judged by the case's own ``right_value``:

- the one claim: one claim, supported, that holds 90.94 %, and no abstention;
- ``clear:WORDS``: a ``ModelError`` whose text matches the words; ``answer_or_clear``: one of the two;
- ``warn:WORDS``: an answer with a note that matches;
- where all raw replies refuse a temperature: another one, or none, was sent, as their words ask;
- a doctor's case: a check that fails and says why, or a question that is then answered as the checks promise.

Prints a line for each case that is wrong, and at the end the rate of each kind with the requests that it took.
"""

import os
import re
import tempfile
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from assistant import Answer, Assistant, Check
from assistant.settings import Settings, load
from benchmarks.abstention import sample
from benchmarks.corpora import CACHE
from benchmarks.replay import CaseServer, read_arguments, replay
from store.errors import ConspectusError, ModelError

QUESTION = "What ImageNet top-1 accuracy does the ViT-G model soup reach?"


class Outcome(NamedTuple):
    """What came of a case: the answer or the error, the checks of the doctor, and how many requests were sent."""

    answer: Answer | None = None
    error: ConspectusError | None = None
    checks: tuple[Check, ...] = ()
    requests: int = 0
    obeyed: bool = False

    @property
    def is_answer(self) -> bool:
        """Whether it is the one claim that is right."""
        answer = self.answer
        return (
            answer is not None
            and not answer.abstained
            and len(answer.claims) == 1
            and answer.claims[0].holds
            and "90.94" in answer.claims[0].text
        )

    @property
    def words(self) -> str:
        """What the user reads of it."""
        if self.error:
            return f"{type(self.error).__name__}: {self.error}"
        if self.checks:
            return " | ".join(f"{'ok' if check.ok else 'FAIL'} {check.name}: {check.detail}" for check in self.checks)
        assert self.answer is not None
        claims = " / ".join(f"[{claim.support}] {claim.text}" for claim in self.answer.claims)
        return f"{'abstains: ' + self.answer.reason if self.answer.abstained else claims} {self.answer.trace.notes}"


def main() -> None:
    """Play and print."""
    cases = read_arguments()
    sample()
    right: dict[str, list[bool]] = defaultdict(list)
    silent = 0
    with tempfile.TemporaryDirectory() as folder:
        for case in cases.read():
            if not is_played(case):
                continue
            # What is worked out of one server must not be known of the next.
            os.environ["XDG_CACHE_HOME"] = str(Path(folder) / case["name"])
            outcome = play_case(case)
            good = is_right(case, outcome)
            right[case["kind"]].append(good)
            silent += outcome.answer is not None and outcome.answer.abstained
            if cases.words or not good:
                print(f"{'right' if good else 'WRONG'} {case['name']} ({outcome.requests} requests)")
                print(f"    {outcome.words[:900]}")
    for kind, judged in sorted(right.items()):
        print(f"{kind:<18}{sum(judged)}/{len(judged)}")
    whole = [good for judged in right.values() for good in judged]
    print(f"{'all':<18}{sum(whole)}/{len(whole)}; failures told as abstention: {silent}")


def is_played(case: dict[str, Any]) -> bool:
    """Whether a case is one of servers or of the doctor that can be played."""
    kind: str = case["kind"]
    return kind != "server:follow-up" and kind.startswith(("server:", "doctor")) and bool(case["folder"].is_dir())


def play_case(case: dict[str, Any]) -> Outcome:
    """Ask the case's question, or have the doctor look, and ask then."""
    with replay(case) as server:
        data = case.get("data", {})
        url = f"{server.address}{data.get('base_url_path', '/v1')}"
        retries = int((case["folder"] / "reply_2.http").exists())
        model = {"model": data.get("model", "m"), "base_url": url, "retries": retries, "cache": False}
        settings = load(model, env={})
        if case["kind"] != "doctor":
            outcome = ask(settings, server, data.get("question", QUESTION))
            allows: Callable[[float | None], bool] = _ALLOWED.get(case["name"], lambda value: False)
            return outcome._replace(obeyed=any(allows(body.get("temperature")) for body in server.bodies))
        checks = tuple(Assistant.probe_models(settings, {}))
        if not all(check.ok for check in checks):
            return Outcome(checks=checks, requests=len(server.bodies))
        return ask(settings, server, QUESTION)._replace(checks=checks)


def ask(settings: Settings, server: CaseServer, question: str) -> Outcome:
    """Ask the sample."""
    with Assistant.open(CACHE / "sample", settings=settings) as assistant:
        try:
            return Outcome(answer=assistant.ask(question), requests=len(server.bodies))
        except ConspectusError as error:
            return Outcome(error=error, requests=len(server.bodies))


def is_right(case: dict[str, Any], outcome: Outcome) -> bool:
    """Judge as the case says."""
    if case["kind"] == "doctor":
        return any(not check.ok and check.detail for check in outcome.checks) or outcome.is_answer
    value = case["right_value"]
    if is_unplayable(case):
        return outcome.obeyed
    told = re.search(r"\((clear|warn):(.*)\)", value)
    failed = isinstance(outcome.error, ModelError)
    if "answer_or_clear" in value:
        return outcome.is_answer or failed
    if told is None:
        return outcome.is_answer
    if told[1] == "clear":
        return failed and re.search(told[2], str(outcome.error), re.IGNORECASE) is not None
    notes = " ".join(outcome.answer.trace.notes) if outcome.answer else ""
    return re.search(told[2], notes, re.IGNORECASE) is not None


# Of cases whose raw replies all refuse: the temperatures that their words allow, None for none at all.
_ALLOWED: dict[str, Callable[[float | None], bool]] = {
    "temperature_kimi": lambda value: value in (1, None),
    "temperature_must_be_positive": lambda value: value is None or value > 0,
}


def is_unplayable(case: dict[str, Any]) -> bool:
    """Whether no raw reply of a case is an answer, though an answer would be right."""
    replies = [file.read_bytes()[:12] for file in case["folder"].glob("*.http")]
    return not re.search("\\(clear|answer_or_clear", case["right_value"]) and all(
        b" 200" not in reply for reply in replies
    )


if __name__ == "__main__":
    main()
