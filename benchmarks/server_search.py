"""Searching in a Chroma server: python -m benchmarks.server_search {build | first | many | write | quality} [N].

``build`` fills a real server (``chroma run`` on loopback) with synthetic papers (100,000; see ``benchmarks.scale``),
written as a library writes them, and says what that costs. On these run the others:

``first``: a new process opens the library, with a folder of its own, and searches once: its CPU time, that of the
server, and the bytes that it was sent. ``many``: 16 processes search at once, each question another: searches a second,
and CPU time of a search at the server and at the client. ``write``: one paper is added, and what another client's next
search costs. ``quality``: the three shared collections, each in a server and in an index: nDCG@10 of both, and how many
of the first ten are the same; and what the first answer costs a new client that searches there, and one that copies.

The server keeps its papers in the cache folder (``CONSPECTUS_BENCH``). Every server is ended by its process.
"""

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks import corpora
from benchmarks.corpora import CACHE, COLLECTIONS, queries, relevant
from benchmarks.retrieval import ndcg
from benchmarks.scale import Scattered, papers
from store.chroma.access import ServerAccess
from store.chroma.transport import ServerSession
from store.embedding.minilm import MiniLM
from store.ingest import add_items
from store.library import Library
from store.paper import Paper
from store.record import Record

FOLDER = CACHE / "server-search"
COUNT = 100_000
PAGE = 500
K = 10
TICKS = os.sysconf("SC_CLK_TCK")
RUN = "from chromadb.cli.cli import app; import sys; sys.argv[0] = 'chroma'; sys.exit(app())"


class Server:
    """``chroma run`` for a folder, on a free port."""

    def __init__(self, folder: Path) -> None:
        import socket

        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = int(free.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        command = [sys.executable, "-c", RUN, "run", "--path", str(folder), "--port", str(self.port)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def cpu(self) -> float:
        """Seconds of CPU that it has used."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS


@contextmanager
def running(folder: Path) -> Iterator[Server]:
    """A server for a folder, once it answers; ended afterwards."""
    import httpx

    folder.mkdir(parents=True, exist_ok=True)
    server = Server(folder)
    try:
        for _ in range(600):
            try:
                httpx.get(f"{server.url}/api/v2/heartbeat", timeout=5)
                break
            except httpx.TransportError:
                time.sleep(0.1)
        yield server
    finally:
        server.process.terminate()
        server.process.wait()


def connect(folder: Path, url: str, embedder: Any, name: str = "conspectus", search: str = "server") -> Library:
    """A client of a server."""
    return Library(folder, embedder, ServerAccess(url, collection=name, search=search, timeout=60))  # type: ignore[arg-type]


def build(count: int) -> None:
    """Fill a server with synthetic papers, page by page, and print what it costs."""
    embedder = Scattered()
    embedder.building = True
    with TemporaryDirectory() as folder, running(FOLDER) as server:
        library = connect(Path(folder), server.url, embedder)
        list(add_items(library, islice(papers(1), 1), lambda: 0.0))  # makes it, as a library is made
        began, cpu, there = time.perf_counter(), time.process_time(), server.cpu()
        with library.open_writer("filling") as writer:
            stream, written = papers(count), 0
            while page := list(islice(stream, PAGE)):
                vectors = embedder.embed([paper.title for paper in page])
                records = [
                    Record(paper, paper.content_hash(), vector) for paper, vector in zip(page, vectors, strict=True)
                ]
                library.chroma.upsert(records)
                written += len(page)
                if written % 10_000 == 0:
                    print(f"{written:,} papers, {time.perf_counter() - began:.0f} s", flush=True)
            writer.forget_changes()
        wall, cpu, there = time.perf_counter() - began, time.process_time() - cpu, server.cpu() - there
        from store.remote.index import renew_statistics

        renew_statistics(library.chroma, embedder.stamp.dimension)
        size = sum(path.stat().st_size for path in FOLDER.rglob("*") if path.is_file())
        print(
            f"{count:,} papers in {wall:.0f} s; CPU-ms a paper: client {cpu / count * 1e3:.2f}, server "
            f"{there / count * 1e3:.2f}; {size / count / 1000:.1f} kB a paper"
        )
        library.close()


def search_once(url: str, name: str = "conspectus", search: str = "server") -> None:
    """Be a new client: open, search once, and print the CPU time and the bytes of the answers."""
    started = time.process_time()
    with TemporaryDirectory() as folder:
        library = connect(Path(folder), url, MiniLM(), name, search)
        received = _count_received()
        hits = library.search("How do zebrafish regenerate their hearts?", K)
        print(
            json.dumps(
                {
                    "cpu": round(time.process_time(), 3),
                    "after_import": round(time.process_time() - started, 3),
                    "received": received(),
                    "hits": len(hits),
                    "copied": sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file()),
                }
            )
        )
        library.close()


def _count_received() -> Callable[[], int]:
    """Count the bytes of the bodies that servers answer with, from now on."""
    received = [0]
    send: Any = ServerSession._send

    def count(*arguments: Any) -> Any:
        answer = send(*arguments)
        received[0] += len(answer.content)
        return answer

    setattr(ServerSession, "_send", count)  # noqa: B010 - mypy knows no method that is replaced
    return lambda: received[0]


def first() -> None:
    """Print what the first answer of a new client costs, of a server that was just started and of one that is warm."""
    with running(FOLDER) as server:
        for name in ("server just started", "server warm", "server warm"):
            there = server.cpu()
            print(f"{name}: {_run_once(server.url)}, server {server.cpu() - there:.2f} CPU-s", flush=True)


def _run_once(*arguments: str) -> str:
    command = [sys.executable, "-m", "benchmarks.server_search", "once", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def search_many(url: str, number: int, seconds: float) -> None:
    """Be one of many clients: search for so long, and print how often that was and the CPU time that it took."""
    with TemporaryDirectory() as folder:
        library = connect(Path(folder), url, MiniLM())
        asked = list(queries("scifact").values())
        random.Random(number).shuffle(asked)
        library.search(asked[0], K, sentences=False)
        print("ready", flush=True)
        sys.stdin.readline()
        began, cpu, count = time.perf_counter(), time.process_time(), 0
        while time.perf_counter() - began < seconds:
            library.search(asked[1 + count % (len(asked) - 1)], K, sentences=False)
            count += 1
        print(json.dumps({"searches": count, "cpu": time.process_time() - cpu, "wall": time.perf_counter() - began}))
        library.close()


def many(clients: int, seconds: float = 30.0) -> None:
    """Print how many searches a second so many clients get, and what each costs where."""
    with running(FOLDER) as server:
        command = [sys.executable, "-m", "benchmarks.server_search", "client", server.url]
        environment = {**os.environ, "OMP_NUM_THREADS": "1"}
        started = [
            subprocess.Popen(
                [*command, str(n), str(seconds)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                env=environment,
            )
            for n in range(clients)
        ]
        for process in started:
            assert process.stdout
            assert process.stdout.readline() == "ready\n"
        there = server.cpu()
        for process in started:
            assert process.stdin
            process.stdin.write("\n")
            process.stdin.flush()
        results = [json.loads(process.communicate()[0]) for process in started]
        there = server.cpu() - there
        total = sum(one["searches"] for one in results)
        cpu = sum(one["cpu"] for one in results)
        rate = sum(one["searches"] / one["wall"] for one in results)
        print(
            f"{clients} clients: {rate:.1f} searches a second; CPU-ms a search: server {there / total * 1e3:.1f}, "
            f"client {cpu / total * 1e3:.1f}; two whole cores make {2 * total / (there + cpu):.0f} a second"
        )


def write() -> None:
    """Add one paper, and print what it costs its client, the server, and another client's next search."""
    embedder = Scattered()
    with TemporaryDirectory() as folder, running(FOLDER) as server:
        one, two = (connect(Path(folder) / name, server.url, embedder) for name in ("one", "two"))
        for library in (one, two):
            library.search("hearts of zebrafish", K)
        for number in (1, 2):
            steps: list[tuple[str, Any]] = [
                ("adds a paper", lambda n=number: list(add_items(one, [_new_paper(n)], lambda: 0.0))),
                ("next search of another client", lambda n=number: two.search(f"axolotl{n} limbs", K)),
            ]
            for name, step in steps:
                cpu, there = time.process_time(), server.cpu()
                found = step()
                print(f"{name}: client {time.process_time() - cpu:.3f} CPU-s, server {server.cpu() - there:.2f}")
            print("found first:", found[0].paper.id)
        for library in (one, two):
            library.close()


def _new_paper(number: int) -> Paper:
    return Paper(
        id=f"new-{os.getpid()}-{number}", title=f"Axolotl{number} limbs", abstract="They grow again.", date="2026"
    )


def quality() -> None:
    """Print nDCG@10 in a server and in an index, and the share of the first ten that are the same."""
    import numpy as np

    with TemporaryDirectory() as folder, running(Path(folder) / "chroma") as server:
        sums = np.zeros(3)
        for name in COLLECTIONS:
            here = corpora.library(name)
            view = here.view()
            assert view is not None
            there = connect(Path(folder) / name, server.url, here.embedder, name)
            _copy(here, there)
            grades = relevant(name)
            scores = []
            for query, text in queries(name).items():
                if query in grades:
                    found, expected = (
                        [hit.paper.id for hit in one.search(text, K, sentences=False)] for one in (there, here)
                    )
                    same = len({*found} & {*expected}) / len(expected)
                    scores.append((ndcg(found, grades[query]), ndcg(expected, grades[query]), same))
            means = np.array(scores).mean(axis=0)
            sums += means / len(COLLECTIONS)
            print(_tell(name, means), flush=True)
            for search in ("server", "local"):
                spent = server.cpu()
                answer = _run_once(server.url, name, search)
                print(f"    a new client, {search}: {answer}, server {server.cpu() - spent:.2f} CPU-s", flush=True)
            there.close()
            here.close()
        print(_tell("macro", sums))


def _copy(here: Library, there: Library) -> None:
    """Write the papers of a library to a server, with their vectors."""
    first_one = next(iter(here.papers()))
    list(add_items(there, [first_one], lambda: 0.0))
    for page in here.chroma.pages(vectors=True):
        there.chroma.upsert(page)
    with there.open_writer("filling") as writer:
        writer.forget_changes()
    from store.remote.index import renew_statistics

    renew_statistics(there.chroma, there.embedder.stamp.dimension)


def _tell(name: str, means: Any) -> str:
    return (
        f"{name:10s} nDCG@10 server {means[0]:.4f}, index {means[1]:.4f} ({means[0] / means[1]:.3f}); "
        f"recall@10 against the index {means[2]:.3f}"
    )


def main(command: str, *arguments: str) -> None:
    """Do what is asked."""
    if command == "build":
        build(int(arguments[0]) if arguments else COUNT)
    elif command == "once":
        search_once(*arguments)
    elif command == "client":
        search_many(arguments[0], int(arguments[1]), float(arguments[2]))
    elif command == "many":
        many(int(arguments[0]) if arguments else 16)
    else:
        {"first": first, "write": write, "quality": quality}[command]()


if __name__ == "__main__":
    main(*sys.argv[1:])
