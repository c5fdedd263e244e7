"""Cells of tables against those labelled by hand: precision, recall, and time and memory over many papers.

    python -m benchmarks.table [--part dev|test] [--data FOLDER] [--errors] [--scale 10000]
    python -m benchmarks.table --model qwen2.5-coder-1.5b --base-url http://127.0.0.1:8081/v1 [--papers 10]

With a model, the columns that no rule fills are filled by it.

``table_cells.jsonl`` has a line a cell, labelled before there was anything that fills them: ``values`` that have to
be told, ``allowed`` ones beside or instead of them, ``spans`` of the abstract that tell it; none of them where the
abstract does not state it; ``optional`` where a reader may go either way. Papers of one listing, of 30 medical
abstracts of PubMedQA and of 30 about light against acne, drawn at random, whose text is not kept here: ``--data`` is
the folder with ``pubmedqa_dev.jsonl.gz``, beside that of the formats. Those about light were labelled later, for
quantities that their unit tells, before these were looked for.
"""

import argparse
import asyncio
import gzip
import json
import re
import resource
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from assistant import Assistant
from assistant.settings import load
from assistant.table.cell_writer import CellWriter, open_cell_writer
from assistant.table.cells import CellState, CellValue, fill_cells, is_keyless
from assistant.table.columns import ColumnType, parse_column
from assistant.verify.tokens import is_stop
from store.paper import Paper
from store.readers import read_papers
from store.text.clean import clean_text

HERE = Path(__file__).parent
LISTING = HERE.parent / "assistant" / "data" / "namkoong_listing.txt"
LIGHT = "formats/nbib/reflib__blue-light.nbib"


def read_labels(part: str) -> list[dict[str, Any]]:
    """Read the labelled cells of a part."""
    rows = (json.loads(line) for line in (HERE / "table_cells.jsonl").read_text(encoding="utf-8").splitlines())
    return [row for row in rows if part in ("all", row["part"])]


def load_papers(data: Path) -> dict[str, Paper]:
    """Load the papers that cells were labelled of, by id."""
    files = (LISTING, data.parent / LIGHT)
    papers = {item.id: item for file in files for item in read_papers(file) if isinstance(item, Paper)}
    with gzip.open(data / "pubmedqa_dev.jsonl.gz", "rt", encoding="utf-8") as file:
        for record in map(json.loads, file):
            abstract = clean_text(" ".join(record["contexts"]) + " " + record["conclusion"])
            papers[record["id"]] = Paper(id=record["id"], title=record["question"], abstract=abstract)
    return papers


def _words(text: str) -> set[str]:
    return {word for word in re.findall(r"\w+", text.casefold()) if not is_stop(word)}


def judge_cell(label: dict[str, Any], cell: CellValue, kind: ColumnType, abstract: str) -> str:
    """Judge a cell: ``right``, ``wrong``, ``missed``, ``rightly`` not stated, ``false`` where nothing is stated."""
    values, allowed, spans = label.get("values", []), label.get("allowed", []), label.get("spans", [])
    optional, stated = label.get("optional", False), bool(values or spans)
    if cell.state is not CellState.STATED:
        return "rightly" if not stated or optional else "missed"
    if not stated and not allowed:
        return "rightly" if optional else "false"
    if kind in (ColumnType.TEXT, ColumnType.ROLE) or not (values or allowed):
        ours = _words(cell.value)
        texts = [_words(abstract[start:end]) for start, end in spans]
        return "right" if any(2 * len(ours & text) >= min(len(ours), len(text)) > 0 for text in texts) else "wrong"
    if kind is ColumnType.NAMES:
        told = {_fold(name) for name in cell.value.split(", ")}
        right = {_fold(name) for name in values} <= told <= {_fold(name) for name in (*values, *allowed)}
    else:
        told = _numbers(cell.value) if kind not in (ColumnType.YES_NO, ColumnType.CHOICE) else {cell.value}
        fold = _numbers if kind not in (ColumnType.YES_NO, ColumnType.CHOICE) else (lambda text: {text})
        every = [fold(value) for value in (*values, *allowed)]
        needed = set().union(*(fold(value) for value in values)) if values else set()
        right = needed == told or any(told == one for one in every)
    return "right" if right else ("wrong" if stated else "false")


def _fold(text: str) -> str:
    return re.sub(r"\W", "", text.casefold())


def _numbers(text: str) -> set[str]:
    """Fold a value to its numbers; one in words stands for itself."""
    return set(re.findall(r"\d+(?:\.\d+)?", re.sub(r"(?<=\d)[,\s](?=\d{3})", "", text))) or {
        _fold(text.removeprefix("an "))
    }


def measure_parts(part: str, data: Path, errors: bool) -> None:
    """Fill all labelled cells by rules, and print how many are right."""
    papers = load_papers(data)
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for label in read_labels(part):
        column, paper = parse_column(label["column"]), papers[label["paper"]]
        if not is_keyless(column):
            continue
        (cell,) = fill_cells(paper, [column])
        assert cell.quote == paper.abstract[cell.start : cell.end]
        verdict = judge_cell(label, cell, column.type, paper.abstract)
        for key in (label["column"], label["source"], "all"):
            counts[key][verdict] += 1
        if errors and verdict in ("wrong", "missed", "false"):
            told = {key: label[key] for key in ("values", "allowed") if key in label}
            print(
                f"{verdict:7} {label['paper']} {label['column']}: {cell.text!r} for {told}\n        {cell.quote[:300]}"
            )
    print(f"part {part}: precision, recall, cells right or rightly not stated, stated, filled")
    for key, count in counts.items():
        filled = count["right"] + count["wrong"] + count["false"]
        stated = count["right"] + count["wrong"] + count["missed"]
        total = sum(count.values())
        print(
            f"{key:34} {_share(count['right'], filled)}  {_share(count['right'], stated)}  "
            f"{_share(count['right'] + count['rightly'], total)}  {stated:3} {filled:3} of {total}"
        )


async def fill_by_model(writer: CellWriter, labels: list[dict[str, Any]], papers: dict[str, Paper], most: int) -> None:
    """Have a model fill the columns that no rule fills, of some papers, and print how many cells are right."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    by_paper: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for label in labels:
        if not is_keyless(parse_column(label["column"])):
            by_paper[label["paper"]].append(label)
    for paper_id, rows in [*by_paper.items()][:most]:
        columns = [parse_column(row["column"]) for row in rows]
        began = time.monotonic()
        cells = await writer.fill(papers[paper_id], columns)
        print(f"{paper_id} {time.monotonic() - began:.0f} s", flush=True)
        for label, column, cell in zip(rows, columns, cells, strict=True):
            assert cell.quote == papers[paper_id].abstract[cell.start : cell.end]
            verdict = judge_cell(label, cell, column.type, papers[paper_id].abstract)
            counts[label["column"]][verdict] += 1
            counts["all"][verdict] += 1
            print(f"    {verdict:7} {column.name}: {cell.text!r} {cell.note} “{cell.quote[:200]}”", flush=True)
    for key, count in counts.items():
        total = sum(count.values())
        print(f"{key:34} right or rightly not stated {count['right'] + count['rightly']} of {total}  {dict(count)}")
    print(writer.paid)


def measure_model(part: str, data: Path, model: str, base_url: str, most: int) -> None:
    """Measure a model behind an OpenAI-compatible endpoint."""
    options = {"model": model, "base_url": base_url, "timeout": 900, "stall": 600, "max_output": 512, "cache": False}
    with TemporaryDirectory() as folder, Assistant.open(Path(folder), settings=load(options, env={})) as assistant:
        chain = assistant.reports.writer
        assert chain
        writer = open_cell_writer(chain.library, chain)
        asyncio.run(fill_by_model(writer, read_labels(part), load_papers(data), most))


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.2f}" if whole else " – "


def list_many(papers: list[Paper], number: int) -> Iterator[Paper]:
    """Repeat papers until there are so many, each with a sentence of its own."""
    for n in range(number):
        paper = papers[n % len(papers)]
        yield paper.model_copy(update={"id": f"p{n}", "abstract": f"{paper.abstract} Paper {n} ends here."})


def measure_scale(number: int, data: Path) -> None:
    """Fill four columns of many papers, and print CPU seconds and memory."""
    papers = [paper for paper in load_papers(data).values() if paper.abstract]
    columns = [
        parse_column(spec)
        for spec in ("sample size: number", "study period: years", "data sets: names", "accuracy: percentage")
    ]
    began, filled = time.process_time(), 0
    for paper in list_many(papers, number):
        filled += sum(cell.state is CellState.STATED for cell in fill_cells(paper, columns))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{number} papers, {filled} cells filled: {time.process_time() - began:.1f} s CPU, {peak:.0f} MB")


def main() -> None:
    """Measure what the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", default="dev", choices=("dev", "test", "all"))
    parser.add_argument("--data", type=Path, default=Path("../shared/eval"))
    parser.add_argument("--errors", action="store_true", help="print each cell that is not right")
    parser.add_argument("--scale", type=int, default=0, help="measure time over so many papers instead")
    parser.add_argument("--model", default="", help="a model that fills what no rule does")
    parser.add_argument("--base-url", default="http://127.0.0.1:8081/v1")
    parser.add_argument("--papers", type=int, default=10, help="so many papers by the model")
    args = parser.parse_args()
    if args.model:
        measure_model(args.part, args.data, args.model, args.base_url, args.papers)
    elif args.scale:
        measure_scale(args.scale, args.data)
    else:
        measure_parts(args.part, args.data, args.errors)


if __name__ == "__main__":
    main()
