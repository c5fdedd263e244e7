import json
import tomllib
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.batch.batch_events import BatchReport, JobStatus
from assistant.batch.estimate import Estimate
from assistant.batch.spec import Spec, SpecItem, read_spec
from assistant.report.schema import ReportKind
from assistant.testing import FakeOpenAIServer, Gate
from tests.assistant.batch.making import spec
from tests.assistant.cli.running import ROOT, Done, Run, environment, process
from tests.assistant.report.writing import copying

EXAMPLE = ROOT / "examples" / "batch.toml"
TWO = """
formats = "json"
[[item]]
report = "annotated"
filters = { year_to = 2017 }
[[item]]
question = "What ImageNet top-1 accuracy does the ViT-G model soup reach?"
name = "soup"
"""
# Seconds until a process that should have come to a request is given up; none is waited for that comes.
PATIENCE = 120


def test_the_example_makes_one_report_of_each_kind(run: Run, built: Path, tmp_path: Path) -> None:
    done = run(
        "batch", str(spec(tmp_path, EXAMPLE.read_text().replace('["md", "html"]', '["json"]'))), "--json", library=built
    )
    assert done.code == 0
    report = BatchReport.model_validate(done.json)
    assert {outcome.status for outcome in report.outcomes} == {JobStatus.FINISHED}
    assert {item.report for item in read_spec(EXAMPLE).item} == {*ReportKind, None}
    files = [tmp_path / "sample-reports" / file for outcome in report.outcomes for file in outcome.files]
    assert all(file.stat().st_size for file in files)


def test_a_table_says_what_became_of_each_and_a_line_what_it_took(run: Run, built: Path, tmp_path: Path) -> None:
    done = run("batch", str(spec(tmp_path, TWO)), library=built)
    assert done.code == 0
    rows = [line.split("\t") for line in done.out.splitlines()]
    assert [(row[0], row[1], row[-1]) for row in rows] == [
        ("finished", "annotated", "annotated.json"),
        ("finished", "soup", "soup.json"),
    ]
    assert "2 finished. Paid: nothing." in done.err
    assert "1 of 2 · " in done.err
    again = run("batch", str(spec(tmp_path, TWO)), library=built)
    assert (again.code, again.out) == (2, "")
    assert "--resume" in again.err


def test_an_estimate_asks_nothing(
    run: Run, built: Path, server: FakeOpenAIServer, flags: list[str], tmp_path: Path
) -> None:
    done = run("batch", str(spec(tmp_path, TWO)), "--estimate", *flags, library=built)
    assert done.code == 0
    assert "2 to make" in done.out
    assert " tokens" in done.out
    assert not server.requests
    document = run("batch", str(spec(tmp_path, TWO)), "--estimate", "--json", *flags, library=built).json
    assert document["calls"] >= sum(job["calls"] for job in document["jobs"]) > 0
    assert Estimate.model_validate(document).jobs


def test_exit_codes_tell(run: Run, sample: Path, server: FakeOpenAIServer, flags: list[str], tmp_path: Path) -> None:
    server.default = copying
    file = str(spec(tmp_path, TWO))
    done = run("batch", file, "--max-tokens", "100", *flags, library=sample)
    assert done.code == 4
    assert "stopped" in done.out
    assert "the budget of the batch is used up" in done.out
    assert run("batch", file, "--resume", "--batch-api", *flags, library=sample).code == 4
    assert run("batch", file, "--resume", "--batch-api", *flags, library=sample).code == 0
    failing = str(spec(tmp_path, TWO + '[[item]]\nreport = "themes"\nfilters = { year_from = 2999 }'))
    done = run("batch", failing, "--resume", *flags, library=sample)
    assert done.code == 1
    assert "No paper is left to report on" in done.out
    for wrong in (("--max-cost", "much"), ("--max-cost", "1", *flags)):
        assert run("batch", file, "--resume", *wrong, library=sample).code == 2


def test_a_bar_shows_how_far_it_is(on_terminal: Callable[..., Done], built: Path, tmp_path: Path) -> None:
    done = on_terminal("batch", str(spec(tmp_path, TWO)), library=built, columns=100)
    assert done.code == 0
    assert "annotated" in done.out
    assert "2 finished" in done.err


def test_killed_it_goes_on_and_pays_again_only_for_what_was_under_way(
    run: Run, sample: Path, server: FakeOpenAIServer, flags: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two at once: the first hangs, so the other ones come one after the other, each when the one before is kept."""
    gate = Gate(limit=None)
    came: list[str] = []

    def first_and_fifth_hang(messages: list[dict[str, object]]) -> object:
        came.append(json.dumps(messages))
        if len(came) == 1:
            return [Gate(limit=None), "Never."]
        return copying(messages) if len(came) < 5 else [gate, "Never."]

    # Whoever loses patience asks again, and pays again.
    patience = {"CONSPECTUS_TIMEOUT": "600", "CONSPECTUS_STALL": "600"}
    for name, seconds in patience.items():
        monkeypatch.setenv(name, seconds)
    server.default = first_and_fifth_hang  # type: ignore[assignment]
    file = spec(tmp_path, f"at_once = 2\n{TWO}")
    arguments = ("batch", str(file), "--library", str(sample), *flags)
    with process(*arguments, env=environment(**patience)) as running:
        assert gate.reached.wait(PATIENCE)
        running.kill()
        running.wait()
    assert len(came) == 5
    assert len([*(tmp_path / "b-reports" / ".batch" / "replies").glob("*.json")]) == 3
    server.default = copying
    assert run("batch", str(file), "--resume", *flags, library=sample).code == 0
    paid = Counter(json.dumps(request.body["messages"]) for request in server.requests)
    assert {messages: times for messages, times in paid.items() if times > 1} == {came[0]: 2, came[4]: 2}


@pytest.mark.parametrize("model", [Spec, SpecItem])
def test_each_field_is_in_the_guide(model: type[Spec] | type[SpecItem]) -> None:
    guide = (ROOT / "docs" / "batch.md").read_text(encoding="utf-8")
    assert [name for name in model.model_fields if f"`{name}`" not in guide] == []
    first = guide.partition("```toml\n")[2].partition("```")[0]
    assert Spec.model_validate(tomllib.loads(first)).item
