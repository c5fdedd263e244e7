"""How fast arXiv's snapshot is read, and in how much memory: python -m benchmarks.snapshot [N]  (default 100000 lines).

Synthetic lines of the snapshot's form, each another one, in a file that vanishes afterwards. They are read twice in one
process: by orjson and pydantic alone, which make ``Paper``s of the bare fields, and by ``read_papers``.
"""

import random
import resource
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson

from store.paper import Paper
from store.readers import read_papers

WORDS = [
    "".join(random.Random(at).choices("etaoinshrdlucmfwypvbgk", k=2 + at % 9)) for at in range(1, 8000)
]  # fmt: skip
FORMULAS = [
    "$k$", "$O(n \\log n)$", "$\\alpha$", "$\\mathbb{R}^n$", "$L^2$", "$SU(3)$", "$10^{-3}$", "$x_i \\in X$", "$\\sim$",
    "$\\Lambda$CDM", "$(k,\\ell)$", "$\\sqrt{s} = 13$ TeV", "$\\frac{1}{2}$", "$p < 0.05$", "$\\mu$m", "$z \\simeq 2$",
]  # fmt: skip
FAMILIES = ['M\\"uller', "Garc\\'ia", "Erd\\H{o}s", "\\L{}ukasz", "O'Neil", "van der Berg"]
CATEGORIES = ["cs.LG", "cs.CL", "stat.ML", "math.CO", "hep-th", "astro-ph.GA", "quant-ph", "cond-mat.mtrl-sci"]
SHARE_OF_MATH = 0.4


def main() -> None:
    """Write the lines, read them both ways, print rates and memory."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with TemporaryDirectory() as folder:
        path = Path(folder) / "snapshot.jsonl"
        with path.open("wb") as file:
            file.writelines(orjson.dumps(line) + b"\n" for line in lines(count))
        print(f"{count:,} lines, {path.stat().st_size / count:.0f} bytes each")
        bare = _timed("orjson and pydantic alone", lambda: _bare(path), count)
        ours = _timed("read_papers", lambda: read_papers(path), count)
        some = _timed("category=cs.LG, since=2024", lambda: read_papers(path, category="cs.LG", since=2024), count)
        none = _timed("category=q-bio, which none has", lambda: read_papers(path, category="q-bio"), count)
        print(f"rates against the bare one: all {bare / ours:.2f}, some {bare / some:.2f}, none {bare / none:.2f}")


def lines(count: int) -> Iterator[dict[str, Any]]:
    """Objects with the fields of the snapshot."""
    draw = random.Random(7)
    for number in range(count):
        year, month = 7 + number % 18, 1 + number % 12
        people = [[_family(draw), draw.choice(WORDS).title(), ""] for _ in range(draw.randint(1, 6))]
        yield {
            "id": f"{year:02}{month:02}.{number % 100_000:05}",
            "submitter": " ".join(reversed(people[0][:2])),
            "authors": ", ".join(f"{given} {family}" for family, given, _ in people),
            "title": _text(draw, 9, math=0.1).capitalize(),
            "comments": f"{draw.randint(4, 60)} pages, {draw.randint(1, 12)} figures",
            "journal-ref": f"Phys.Rev.D{draw.randint(1, 99)}:{number % 9999},20{year:02}" if number % 3 == 0 else None,
            "doi": f"10.1103/PhysRevD.{number}" if number % 2 else None,
            "report-no": None,
            "categories": " ".join(draw.sample(CATEGORIES, draw.randint(1, 3))),
            "license": "http://arxiv.org/licenses/nonexclusive-distrib/1.0/",
            "abstract": f"  {_text(draw, draw.randint(80, 200), math=SHARE_OF_MATH)}.\n",
            "versions": [{"version": "v1", "created": f"Mon, {1 + number % 28} Apr 20{year:02} 02:26:18 GMT"}],
            "update_date": f"20{year:02}-{month:02}-13",
            "authors_parsed": people,
        }


def _family(draw: random.Random) -> str:
    return draw.choice(FAMILIES) if draw.random() < 0.1 else draw.choice(WORDS).title()


def _text(draw: random.Random, length: int, *, math: float) -> str:
    words = draw.choices(WORDS, k=length)
    if draw.random() < math:
        for _ in range(1 + length // 40):
            formula = draw.choice(FORMULAS)  # every other one occurs nowhere else: those that were seen cost nothing
            words[draw.randrange(length)] = (
                formula if draw.random() < 0.5 else f"$x_{{{draw.randint(1, 9999)}}} \\in {formula[1:]}"
            )
    return "\n".join(" ".join(words[at : at + 12]) for at in range(0, length, 12))


def _bare(path: Path) -> Iterator[Paper]:
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            yield Paper.model_validate(_fields(orjson.loads(line), str(path), number))


def _fields(record: dict[str, Any], file: str, line: int) -> dict[str, Any]:
    """The fields of a ``Paper``, nothing cleaned, nothing examined."""
    return {
        "id": record["doi"] or record["id"],
        "title": record["title"],
        "authors": [
            {"name": f"{given} {family}", "position": at}
            for at, (family, given, _) in enumerate(record["authors_parsed"], start=1)
        ],
        "date": record["update_date"],
        "venue": record["journal-ref"],
        "categories": record["categories"].split(),
        "identifiers": {"arxiv": record["id"]} | ({"doi": record["doi"]} if record["doi"] else {}),
        "abstract": record["abstract"],
        "abstract_raw": record["abstract"],
        "source": {"file": file, "line": line, "format": "arxiv-snapshot"},
        "extra": {name: record[name] for name in ("submitter", "comments", "license", "update_date")},
    }


def _timed(what: str, read: Callable[[], Iterator[object]], count: int) -> float:
    """CPU seconds of reading all, printed with the memory after a hundredth of the lines and at the end."""
    began, papers, early = time.process_time(), 0, 0.0
    for number, item in enumerate(read()):
        papers += isinstance(item, Paper)
        if number == count // 100:
            early = _megabytes()
    seconds = time.process_time() - began
    early = early or _megabytes()
    print(f"{what}: {count / seconds:,.0f} lines/s, {papers:,} papers, {early:.0f} to {_megabytes():.0f} MB")
    return seconds


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
