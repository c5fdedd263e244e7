"""What the commands print as JSON, kept to be compared: python -m benchmarks.golden DIR, or --compare A B.

The first writes a file a command to DIR: of the sample, without a model and by a fake one that copies the first
sentence of each source. The commands run as users run them, each in a process of its own, so it works with any layout
of the code. What changes from run to run (times, today's date, temporary folders, ports, ids that are drawn) is
replaced by its name in angle brackets. The second prints what differs, by file and field, and ends with 1 if
something does.
"""

import argparse
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from assistant.testing import fake_openai_server
from benchmarks.flow import PRODUCT, ROOT, copy_sources

DRAFT = """# Notes

Variance-based regularization trades off bias and variance through a convex surrogate [@duchi].
Model soups average the weights of fine-tuned models and reach 90.94% top-1 accuracy on ImageNet [@soups].
Model soups average the weights of fine-tuned models and reach 97.94% top-1 accuracy on ImageNet [@soups].
Thompson sampling balances exploration and exploitation in bandit problems.
Enzymes repair double-strand breaks in the DNA of frogs that live in ponds.
"""
BIB = """@article{duchi, title = {Variance-based regularization with convex objectives}, author = {Duchi, John}}
@article{soups, title = {Model soups: averaging weights of multiple fine-tuned models improves accuracy without
increasing inference time}, author = {Wortsman, Mitchell}}
"""
SPEC = """output = "out"
formats = ["json"]

[[item]]
report = "themes"

[[item]]
report = "annotated"
filters = { year_from = 2022, year_to = 2022 }

[[item]]
question = "Which papers study rare-event simulation?"
"""

KEYLESS = {
    "add": "add {sample}",
    "add_again": "add {sample}",
    "papers": "papers",
    "papers_filtered": "papers --oldest-first --limit 5 --year 2018-2020 --author Duchi",
    "duplicates": "duplicates",
    "search": "search rare-event simulation -k 5",
    "search_filtered": "search distribution shift --since 2020 --author Namkoong -k 5",
    "ask_fact": "ask What ImageNet top-1 accuracy does the ViT-G model soup reach?",
    "ask_list": "ask Which papers study rare-event simulation?",
    "ask_people": "ask Who wrote about Thompson sampling with Namkoong since 2019?",
    "ask_abstains": "ask Which enzyme repairs double-strand breaks in DNA?",
    "ask_empty": "ask --year 1801 Which papers study Thompson sampling?",
    "report_themes": "report themes",
    "report_timeline": "report timeline distribution shift",
    "report_question": "report question How can models be made robust to distribution shift?",
    "report_compare": "report compare --category LG --since 2024",
    "report_author": "report author --author Duchi",
    "report_contradictions": "report contradictions",
    "report_annotated": "report annotated --year 2021 --strict",
    "check": "check draft.md --bib draft.bib",
    "batch_estimate": "batch batch.toml --estimate",
    "batch": "batch batch.toml",
    "batch_resumed": "batch batch.toml --resume",
    "error_no_paper": "show 10.5555/nothing",
    "error_filter": "ask --year 20x8 Which?",
}
"""Commands by the names of their files; words with braces are filled in."""

MODEL = {
    "model_ask": "ask --session new What ImageNet top-1 accuracy does the ViT-G model soup reach?",
    "model_ask_followup": "ask --session last Who wrote it?",
    "model_ask_strict": "ask --strict Which papers study rare-event simulation?",
    "model_ask_abstains": "ask Which enzyme repairs double-strand breaks in DNA?",
    "model_report_themes": "report themes --since 2022",
    "model_report_question": "report question How can models be made robust to distribution shift?",
    "model_check": "check draft.md --bib draft.bib --judge",
    "model_batch_estimate": "batch batch-model.toml --estimate",
    "model_batch": "batch batch-model.toml",
    "model_batch_resumed": "batch batch-model.toml --resume",
}
"""The same for those that a model takes part in."""

_VOLATILE = {"seconds", "generation", "identity", "digest", "asked_at", "created_at", "updated_at", "added_at"}
_SPELLINGS = (
    (re.compile(r"\d{8}-\d{6}-[0-9a-f]{4}"), "<session>"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?"), "<time>"),
    (re.compile(r"(127\.0\.0\.1|localhost):\d+"), "<server>"),
)


def normalise(value: Any, folder: Path, key: str = "") -> Any:
    """Replace what changes from run to run."""
    if isinstance(value, dict):
        return {name: normalise(part, folder, name) for name, part in value.items()}
    if isinstance(value, list):
        return [normalise(part, folder, key) for part in value]
    if key in _VOLATILE and value:
        return f"<{key}>"
    if isinstance(value, float):
        return round(value, 9)  # Two runs of the same code came to scores of 1.0 and 1.0000000000000002.
    if isinstance(value, str):
        value = value.replace(str(folder), "<folder>").replace(datetime.now(UTC).date().isoformat(), "<today>")
        for pattern, name in _SPELLINGS:
            value = pattern.sub(name, value)
    return value


def read_json(text: str) -> Any:
    """The document, or the text of what is none."""
    try:
        return json.loads(text)
    except ValueError:
        return text


class Runner:
    """Runs commands in a folder, on a library in it.

    Args:
        root: The checkout whose code runs.
        folder: Where the library, the draft and the spec lie.
        target: Where the output is written.
    """

    def __init__(self, root: Path, folder: Path, target: Path) -> None:
        self._folder = folder
        self._target = target
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("CONSPECTUS_", "OPENAI_"))}
        homes = dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"), str(folder))
        self._env = kept | homes | {"PYTHONPATH": str(root), "PYTHONIOENCODING": "utf-8", "LC_ALL": "C.UTF-8"}

    def run(self, name: str, words: list[str], *options: str) -> Any:
        """Run a command and write down its exit code, its document and, if it failed, its error."""
        [command, *rest] = words
        line = [sys.executable, "-m", "assistant", command, "--json", "--library", "library", *options, *rest]
        done = subprocess.run(line, cwd=self._folder, env=self._env, capture_output=True, encoding="utf-8", check=False)
        output = read_json(done.stdout)
        result = {"command": " ".join(words), "exit": done.returncode, "output": output}
        if done.returncode in (1, 2):
            result["error"] = read_json(done.stderr.strip().rpartition("\n")[2])
        text = json.dumps(normalise(result, self._folder), indent=1, ensure_ascii=False)
        (self._target / f"{name}.json").write_text(f"{text}\n", encoding="utf-8")
        print(f"{name}: {done.returncode}, {len(text)} characters", flush=True)
        return output


def write_golden(root: Path, target: Path) -> None:
    """Run all commands."""
    target.mkdir(parents=True, exist_ok=True)
    [sample] = [file for package in PRODUCT for file in (root / package).rglob("namkoong_listing.txt")]
    with TemporaryDirectory() as name, fake_openai_server(copy_sources) as server:
        folder = Path(name).resolve()
        # Copied, for papers remember the file that they are from.
        (folder / "sample.txt").write_bytes(sample.read_bytes())
        for file, text in (("draft.md", DRAFT), ("draft.bib", BIB), ("batch.toml", SPEC)):
            (folder / file).write_text(text, encoding="utf-8")
        (folder / "batch-model.toml").write_text(SPEC.replace('"out"', '"out-model"'), encoding="utf-8")
        runner = Runner(root, folder, target)
        for command, words in KEYLESS.items():
            output = runner.run(command, words.format(sample="sample.txt").split())
            if command == "papers_filtered":
                paper = output[0]["id"]
                runner.run("show", ["show", paper])
                runner.run("show_sources", ["show", "--sources", paper])
        for command, words in MODEL.items():
            runner.run(command, words.split(), "--model", "copying", "--base-url", server.base_url)
        runner.run("sessions", ["sessions", "list"])


def find_differences(before: Any, after: Any, path: str = "") -> Iterator[str]:
    """Tell where two documents differ: the path of the field, and both values."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys([*before, *after]):
            place = f"{path}.{key}" if path else key
            if key not in after:
                yield f"{place}: gone (was {shorten(before[key])})"
            elif key not in before:
                yield f"{place}: new ({shorten(after[key])})"
            else:
                yield from find_differences(before[key], after[key], place)
    elif isinstance(before, list) and isinstance(after, list):
        if len(before) != len(after):
            yield f"{path}: {len(before)} elements before, {len(after)} after"
        for index, (left, right) in enumerate(zip(before, after, strict=False)):
            yield from find_differences(left, right, f"{path}[{index}]")
    elif before != after:
        yield f"{path}: {shorten(before)} → {shorten(after)}"


def shorten(value: Any) -> str:
    """A value as JSON, as long as a line bears it."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 200 else f"{text[:200]}…"


def compare(before: Path, after: Path) -> int:
    """Print what differs between two folders; returns the number of differences."""
    total = 0
    for name in sorted({file.name for folder in (before, after) for file in folder.glob("*.json")}):
        missing = [str(folder) for folder in (before, after) if not (folder / name).is_file()]
        if missing:
            differences = [f"not in {missing[0]}"]
        else:
            pair = (json.loads((folder / name).read_text(encoding="utf-8")) for folder in (before, after))
            differences = [*find_differences(*pair)]
        total += len(differences)
        for difference in differences:
            print(f"{name}: {difference}")
    print(f"{total} differences")
    return total


def main() -> None:
    """Write, or compare."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.golden", description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path, nargs="?", metavar="DIR", help="where the files are written")
    parser.add_argument("--root", type=Path, default=ROOT, help="the checkout whose code runs (this one)")
    parser.add_argument("--compare", type=Path, nargs=2, metavar=("A", "B"), help="print what differs between two DIRs")
    options = parser.parse_args()
    if options.compare:
        raise SystemExit(compare(*options.compare) > 0)
    if options.folder is None:
        parser.error("name the folder to write to")
    write_golden(options.root.resolve(), options.folder)


if __name__ == "__main__":
    main()
