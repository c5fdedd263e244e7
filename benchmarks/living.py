"""A living library: three dated batches with twelve planted events: python -m benchmarks.living [--kills 20].

``living.jsonl`` holds records of providers by batch, and, written before anything was measured, what they change in
two saved reports: themes of the sample, and a table on distribution shift. An event with the number 0 is true and not
one of the twelve. ``conspectus update`` runs as a process of its own against a server that says what arXiv and OpenAlex
would. With ``--kills`` each of so many points of the three updates (files opened to be written, renames, removals,
output) ends the process by SIGKILL; the next update has to tell all that the undisturbed one told, and nothing twice.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from assistant import Assistant, Digest
from store.providers.provider import URLS
from tests.store.providers.loopback import Asked, Loopback, Reply, told

FILE = Path(__file__).with_suffix(".jsonl")
SAMPLE = Path(__file__).resolve().parents[1] / "assistant" / "data" / "namkoong_listing.txt"
BATCHES = (1, 2, 3)
COLUMNS = ("accuracy: percentage", "data sets: names", "code available: yes/no")
QUERY = "arxiv:query cat:stat.ML"

Row = dict[str, Any]


def main() -> None:
    """Print what was told of what was planted, and what kills cost."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=0)
    kills = parser.parse_args().kills
    rows = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
    with tempfile.TemporaryDirectory() as folder, serve(rows) as world:
        place = Path(folder)
        make_library(place / "library", place, world)
        stages = {}
        for batch in BATCHES:
            world.advance(batch, place)
            stages[batch] = shutil.copytree(place / "library", place / f"before-{batch}")
            document = world.update(place / "library")
            print(f"batch {batch}: {describe(document['digest'])}; {len(document['problems'])} problems")
        again = [world.run(place / "library", "--json").stdout for _ in range(2)]
        print(f"without news: {again[0] == again[1] and not json.loads(again[0])['digest']['papers']}")
        digests = read_digests(place / "library")
        score(rows, digests)
        if kills:
            measure_kills(place, world, stages, kills)


# The world outside


class World:
    """A server that says what providers say, and how the command is run against it."""

    def __init__(self, server: Loopback, rows: list[Row]) -> None:
        self._server, self._rows = server, rows
        self.batch = 0

    def advance(self, batch: int, place: Path) -> None:
        """Go on to a batch; what comes as files is put into the watched folder."""
        self.batch = batch
        (place / "watched").mkdir(exist_ok=True)
        entries = [row for row in self._rows if row.get("form") == "bib" and row["batch"] <= batch]
        for file in (place / "watched").iterdir():  # Of a later batch, where one goes back to an earlier.
            file.unlink()
        for row in entries:
            (place / "watched" / f"{row['id']}.bib").write_text(write_bibtex(row), encoding="utf-8")

    def answer(self, asked: Asked) -> Reply:
        """Answer as arXiv does to a query, and as OpenAlex does to a filter of DOIs."""
        if asked.path == "/query":
            return self._list_arxiv(int(asked.params["start"]), int(asked.params["max_results"]))
        limits = asked.params.get("filter", "")
        retracted = [
            row
            for row in self._rows
            if row.get("form") == "retraction" and row["batch"] <= self.batch and row["doi"] in limits
        ]
        works = [make_openalex(row) for row in retracted]
        return told({"meta": {"count": len(works)}, "results": works})

    def _list_arxiv(self, start: int, rows: int) -> Reply:
        latest = {row["id"]: row for row in self._rows if row.get("form") == "arxiv" and row["batch"] <= self.batch}
        ordered = sorted(latest.values(), key=lambda row: (row["date"], row["id"]), reverse=True)
        entries = "".join(map(write_atom, ordered[start : start + rows]))
        feed = (
            '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" '
            'xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/"><id>http://arxiv.org/api/x</id>'
            f"<opensearch:totalResults>{len(ordered)}</opensearch:totalResults>{entries}</feed>"
        )
        return Reply(feed.encode(), kind="application/atom+xml")

    def run(self, library: Path, *options: str, kill_at: int = 0, count_to: Path | None = None) -> Any:
        """Run ``conspectus update`` in a process of its own."""
        urls = {f"CONSPECTUS_PROVIDERS_{name.upper()}_URL": self._server.url for name in URLS}
        code = "from benchmarks.living import run_counted; run_counted()"
        counted = {"LIVING_KILL_AT": str(kill_at), "LIVING_COUNT_TO": str(count_to or "")}
        return subprocess.run(
            [sys.executable, "-c", code, "update", "--library", str(library), *options],
            env={**os.environ, **urls, **counted, "OMP_NUM_THREADS": "1"},
            capture_output=True,
            text=True,
            check=False,
        )

    def update(self, library: Path) -> Row:
        """Run it to its end, and return what it tells."""
        done = self.run(library, "--json")
        if done.returncode:
            raise SystemExit(f"update ended with {done.returncode}: {done.stderr}")
        document: Row = json.loads(done.stdout)
        return document


@contextmanager
def serve(rows: list[Row]) -> Iterator[World]:
    """Serve the records of the batches."""
    with Loopback().running() as server:
        world = World(server, rows)
        server.answering = world.answer
        yield world


def write_atom(row: Row) -> str:
    """Write a record as arXiv does."""
    authors = "".join(f"<author><name>{escape(name)}</name></author>" for name in row["authors"])
    doi = f'<arxiv:doi xmlns:arxiv="http://arxiv.org/schemas/atom">{row["doi"]}</arxiv:doi>' if row.get("doi") else ""
    return (
        f"<entry><id>http://arxiv.org/abs/{row['id']}v{row.get('version', 1)}</id><title>{escape(row['title'])}</title>"
        f"<summary>{escape(row['abstract'])}</summary><published>{row['date']}T00:00:00Z</published>{authors}{doi}</entry>"
    )


def write_bibtex(row: Row) -> str:
    """Write a record as a reference manager does."""
    abstract = f"  abstract = {{{row['abstract']}}},\n" if row["abstract"] else ""
    return (
        f"@article{{{row['id']},\n  title = {{{row['title']}}},\n  author = {{{' and '.join(row['authors'])}}},\n"
        f"  year = {{{row['year']}}},\n  doi = {{{row['doi']}}},\n{abstract}}}\n"
    )


def make_openalex(row: Row) -> Row:
    """Make a retracted work as OpenAlex tells it."""
    return {
        "id": "https://openalex.org/W1",
        "doi": f"https://doi.org/{row['doi']}",
        "title": row["title"],
        "publication_year": 2026,
        "authorships": [{"author": {"display_name": name}} for name in row["authors"]],
        "is_retracted": True,
    }


# The library and its reports


def make_library(folder: Path, place: Path, world: World) -> None:
    """Make the library of batch 0, with two saved reports."""
    world.advance(0, place)
    with Assistant.open(folder) as a:
        a.add(SAMPLE)
        a.watches.add(QUERY)
        a.watches.add(place / "watched")
    world.update(folder)
    with Assistant.open(folder) as a:
        a.reports.save(a.reports.create("themes"), place / "themes.json")
        table = a.reports.create("table", "distribution shift", columns=COLUMNS)
        a.reports.save(table, place / "table.json")


def read_digests(folder: Path) -> list[Digest]:
    """Read what a library told since its reports were saved."""
    with Assistant.open(folder) as a:
        return [digest for digest in a.watches.digests() if digest.number > 1]  # The first told the papers of batch 0.


def describe(digest: Row) -> str:
    """Count what a digest tells."""
    kinds = Counter(change["kind"] for report in digest["reports"] for change in report["changes"])
    told_of = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
    return f"{len(digest['papers'])} papers, {len(digest['retracted'])} retracted; {told_of}"


# What was told of what was planted


def score(rows: list[Row], digests: list[Digest]) -> None:
    """Print the events that were told, missed, and told falsely."""
    # A paper with a DOI goes by it.
    dois = {row["id"]: row["doi"] for row in rows if "doi" in row and "id" in row}
    wanted = {
        (row["report"], row["kind"], dois.get(row["paper"], row["paper"])): row["event"]
        for row in rows
        if "event" in row
    }
    found = Counter(
        (Path(news.path).stem, str(change.kind), change.paper_id)
        for digest in digests
        for news in digest.reports
        for change in news.changes
    )
    planted = {key for key, number in wanted.items() if number}
    false = sorted(found.keys() - wanted.keys())
    missed = sorted(wanted[key] for key in planted - found.keys())
    papers = Counter(paper.id for digest in digests for paper in digest.papers)
    far = {paper.id for digest in digests for paper in digest.papers if paper.far}
    irrelevant = {row["irrelevant"] for row in rows if "irrelevant" in row}
    known = {row["known"] for row in rows if "known" in row}
    records = {row["id"] for row in rows if row.get("batch") and "id" in row} - known - {"2101.00001"}
    expected = {dois.get(record, record) for record in records}
    print(f"events: {len(planted & found.keys())} of {len(planted)}; missed {missed}; false {len(false)} {false}")
    print(f"events told more than once: {sum(count > 1 for count in found.values())}")
    print(
        f"papers told: {len(papers)} of {len(expected)}, more than once {sum(n > 1 for n in papers.values())}, "
        f"unexpected {sorted(papers.keys() - expected)}, missing {sorted(expected - papers.keys())}"
    )
    print(f"irrelevant papers said to be far: {len(far & irrelevant)} of {len(irrelevant)}; others: {far - irrelevant}")


# What kills cost


def measure_kills(place: Path, world: World, stages: dict[int, Path], kills: int) -> None:
    """Kill each update at points all over it, and compare what is told in the end with the undisturbed update."""
    lost = repeated = again = 0
    points = 0
    for batch in BATCHES:
        world.advance(batch, place)
        trial = place / "trial"
        count = count_operations(place, world, stages[batch], trial)
        expected = list_told(read_digests(trial)[batch - 1 :])
        share = kills // len(BATCHES) + (batch <= kills % len(BATCHES))
        for number in range(share):
            point = 1 + round(number * (count - 1) / max(1, share - 1))
            shutil.rmtree(trial, ignore_errors=True)
            shutil.copytree(stages[batch], trial)
            killed = world.run(trial, "--json", kill_at=point)
            if killed.returncode != -signal.SIGKILL:
                print(f"  not killed at {point} of {count}: {killed.returncode} {killed.stderr[-200:]}")
                continue
            points += 1
            first, second = read_output(killed.stdout), world.update(trial)
            again += bool(second["again"])
            documents = [document for document in (first, second, world.update(trial)) if document]
            stored = list_told(read_digests(trial)[batch - 1 :])
            # Whoever reads the output knows by its number which digest it is.
            seen = {one["digest"]["number"]: one["digest"] for one in documents if one["digest"]["number"]}
            shown = list_told([Digest.model_validate(digest) for digest in seen.values()])
            lost += sum((expected - stored).values()) + sum((expected - shown).values())
            repeated += sum((stored - expected).values()) + sum((shown - expected).values())
        print(
            f"batch {batch}: {count} operations, {share} kills; so far lost {lost}, repeated or other {repeated}",
            flush=True,
        )
    print(f"kills {points}: lost {lost}, repeated or other {repeated}; {again} digests told again under their number")


def count_operations(place: Path, world: World, before: Path, trial: Path) -> int:
    """Count the operations of an undisturbed update."""
    shutil.rmtree(trial, ignore_errors=True)
    shutil.copytree(before, trial)
    file = place / "count"
    world.run(trial, "--json", count_to=file)
    return int(file.read_text())


def read_output(text: str) -> Row | None:
    """Read a whole document; None where the output broke off."""
    try:
        document: Row = json.loads(text)
    except ValueError:
        return None
    return document


def list_told(digests: list[Digest]) -> Counter[str]:
    """Count all that digests tell: papers, retractions and changes."""
    return Counter(
        [
            *(f"paper {paper.id}" for digest in digests for paper in digest.papers),
            *(f"retracted {paper.id}" for digest in digests for paper in digest.retracted),
            *(f"change {change.kind} {change.paper_id} {change.id}" for digest in digests for change in digest.changes),
        ]
    )


def run_counted() -> None:
    """Run the command line, count its operations, and end the process by SIGKILL at one of them."""
    kill_at, count_to = int(os.environ["LIVING_KILL_AT"]), os.environ["LIVING_COUNT_TO"]
    count = 0

    def step() -> None:
        nonlocal count
        count += 1
        if count == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def hook(event: str, args: tuple[Any, ...]) -> None:
        is_write = event == "open" and isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR)
        if (is_write and "watch" in str(args[0]) + os.getcwd()) or event in ("os.rename", "os.remove"):
            step()

    write = sys.stdout.write

    def write_counted(text: str) -> int:
        step()
        return write(text)

    from assistant.cli.main import main as run

    sys.stdout.write = write_counted  # type: ignore[method-assign]
    sys.addaudithook(hook)
    code = run(sys.argv[1:])
    if count_to:
        Path(count_to).write_text(str(count))
    sys.exit(code)


if __name__ == "__main__":
    main()
