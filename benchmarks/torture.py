"""Kill what writes to a library, and let many write at once: python -m benchmarks.torture [kills N] [processes S].

``kills``: so often (300) one of fourteen kinds of work is done by a process that is ended by ``kill -9`` at a moment of
chance. Then the library is opened by another: what was acknowledged has to be there (lost), no paper may stand twice or
beside one that holds its records (twins), and the doctor has to find nothing wrong (unsound). ``minutes M`` ends it
earlier. ``processes``: for so many seconds (120) eight processes add, remove, merge and search at one library, and then
three that stay open write in turns. No model, no key and no network; records are made up. A kill takes about 4 seconds
on two cores.
"""

import json
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from assistant.testing import HashEmbedder
from store.dedup.merge import records_of
from store.doctor import examine
from store.errors import ConspectusError, LibraryLocked
from store.filling import fill_vectors
from store.ingest import add_items
from store.ingest.corrections import merge, split
from store.library import Library
from store.paper import Author, Paper, Profile
from store.pending_vectors import count_pending
from store.reembedding import reembed
from store.unfinished import list_twins

DIMENSION = 64
Told = dict[str, Any]
"""What a worker acknowledges in one line."""
BASE = 200
"""Papers that are there before each kill."""
LONGEST = (1.2, 0.4)
"""Seconds from the start of the work, and from an acknowledgement, to the kill at the most."""


def build_paper(n: int, **fields: object) -> Paper:
    """Build a record with an id of its own."""
    made: dict[str, object] = {
        "id": f"p{n}",
        "title": f"Observation {n} of a pond in the year of number{n * 7919 % 1000}",
        "authors": (Author(name=f"Ada Okonjo{n % 7}", position=1),),
        "date": f"{1990 + n % 30}",
        "identifiers": {"doi": f"10.5555/{n}"},
        "abstract": f"We look at pond number{n}. It holds {n} frogs. The water is cold.",
        "source": {"file": "a.bib", "format": "bibtex"},
    }
    return Paper.model_validate(made | fields)


def other_record(n: int) -> Paper:
    """Build another record of the same paper, which is joined with it by its DOI."""
    return build_paper(n, id=f"q{n}", source={"file": "b.ris", "format": "ris"}, venue="Ponds")


def open_library(folder: Path, dimension: int = DIMENSION) -> Library:
    """Open a library that needs no model."""
    return Library(folder, HashEmbedder(dimension))


def tell(**done: object) -> None:
    """Acknowledge a piece of work: what is told is on disk."""
    sys.stdout.write(f"{json.dumps(done)}\n")
    sys.stdout.flush()


def add(library: Library, papers: list[Paper | Profile]) -> None:
    """Add records, and acknowledge them."""
    for _ in add_items(library, papers, lambda: 0.0):
        pass


def work_create(folder: Path, rng: random.Random) -> None:
    """Make a library where there is none, with its first papers."""
    library = open_library(folder / "new")
    add(library, [build_paper(n) for n in range(40)])
    tell(new=[f"p{n}" for n in range(40)])


def work_add(folder: Path, rng: random.Random) -> None:
    """Add papers, few at once."""
    library = open_library(folder)
    for first in range(BASE, BASE + 2000, 10):
        add(library, [build_paper(n) for n in range(first, first + 10)])
        tell(there=[f"p{n}" for n in range(first, first + 10)])


def work_add_many(folder: Path, rng: random.Random) -> None:
    """Add so many that Chroma writes its vectors."""
    library = open_library(folder)
    for first in range(BASE, BASE + 4000, 400):
        add(library, [build_paper(n) for n in range(first, first + 400)])
        tell(there=[f"p{n}" for n in range(first, first + 400)])


def work_update(folder: Path, rng: random.Random) -> None:
    """Add newer states of records."""
    library = open_library(folder)
    for turn in range(200):
        n = rng.randrange(BASE)
        add(library, [build_paper(n, venue=f"Journal {turn}")])
        tell(venue=[f"p{n}", f"Journal {turn}"])


def work_join(folder: Path, rng: random.Random) -> None:
    """Add second records of papers."""
    library = open_library(folder)
    for first in range(0, BASE, 5):
        add(library, [other_record(n) for n in range(first, first + 5)])
        tell(joined=[[f"p{n}", f"q{n}"] for n in range(first, first + 5)])


def work_unite(folder: Path, rng: random.Random) -> None:
    """Add records that unite two papers each."""
    library = open_library(folder)
    for n in range(0, BASE, 2):
        pmids = [
            build_paper(n, id=f"m{n}", identifiers={"pmid": f"{n + 1}"}, date="1950", source={"file": "m.nbib"}),
            build_paper(n, id=f"l{n}", identifiers={"pmid": f"{n + 1}", "doi": f"10.5555/{n}"}, source={"file": "l"}),
        ]
        for record in pmids:
            add(library, [record])
        tell(joined=[[f"p{n}", f"m{n}"], [f"p{n}", f"l{n}"]])


def work_merge(folder: Path, rng: random.Random) -> None:
    """Merge papers by hand."""
    library = open_library(folder)
    for n in range(0, BASE, 2):
        merge(library, [f"p{n}", f"p{n + 1}"])
        tell(joined=[[f"p{n}", f"p{n + 1}"]])


def work_split(folder: Path, rng: random.Random) -> None:
    """Merge papers by hand, and split them."""
    library = open_library(folder)
    for n in range(0, BASE, 2):
        merge(library, [f"p{n}", f"p{n + 1}"])
        tell(start=[f"p{n}", f"p{n + 1}"])
        split(library, [f"p{n}"])
        tell(apart=[f"p{n}", f"p{n + 1}"])


def work_keep_apart(folder: Path, rng: random.Random) -> None:
    """Say of papers that they are not one."""
    library = open_library(folder)
    for n in range(0, BASE, 2):
        split(library, [f"p{n}", f"p{n + 1}"])
        tell(apart=[f"p{n}", f"p{n + 1}"])


def work_remove(folder: Path, rng: random.Random) -> None:
    """Remove papers."""
    library = open_library(folder)
    for n in range(BASE):
        library.remove([f"p{n}"])
        tell(gone=[f"p{n}"])


def work_profile(folder: Path, rng: random.Random) -> None:
    """Keep what listings say of their authors."""
    library = open_library(folder)
    for n in range(200):
        add(library, [Profile(name=f"Author {n}", h_index=n)])
        tell(profile=[f"Author {n}"])


def work_rebuild(folder: Path, rng: random.Random) -> None:
    """Build the index and the vectors anew, in turns."""
    library = open_library(folder)
    for turn in range(100):
        library.rebuild_index() if turn % 2 else library.restore_vectors()
        tell(turn=turn)


def work_fill(folder: Path, rng: random.Random) -> None:
    """Add papers that words alone find, and let their vectors follow."""
    library = open_library(folder)
    library.embeds_at_once = False
    for first in range(BASE, BASE + 4000, 200):
        add(library, [build_paper(n) for n in range(first, first + 200)])
        tell(there=[f"p{n}" for n in range(first, first + 200)])
        for event in fill_vectors(library):
            tell(vectors=event.done)


def work_reembed(folder: Path, rng: random.Random) -> None:
    """Embed the library anew, with a longer and a shorter vector in turns; the last is the usual one."""
    for dimension in [DIMENSION // 2, DIMENSION] * 50:
        library = open_library(folder, dimension)
        for event in reembed(library):
            tell(beside=event.done)
        tell(dimension=dimension)
        library.close()


KINDS: dict[str, Callable[[Path, random.Random], None]] = {
    name.removeprefix("work_"): function for name, function in list(globals().items()) if name.startswith("work_")
}


def start(*arguments: object) -> "subprocess.Popen[str]":
    """Start this program as a worker."""
    command = [sys.executable, "-m", "benchmarks.torture", *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def kill_worker(kind: str, folder: Path, rng: random.Random) -> tuple[list[Told], bool]:
    """Let a worker begin and kill it; return what it acknowledged, and whether it was still at work."""
    worker = start("work", kind, folder, rng.randrange(1_000_000))
    assert worker.stdout
    acknowledged = rng.choice((0, 1, 1, 2, 3))
    told = [worker.stdout.readline() for _ in range(1 + acknowledged)]  # The first is "ready".
    until = time.perf_counter() + rng.random() * LONGEST[acknowledged > 0]
    while time.perf_counter() < until:
        time.sleep(0.001)
    at_work = worker.poll() is None
    worker.kill()
    told += worker.stdout.read().splitlines()
    with worker:
        pass
    return [json.loads(line) for line in told[1:] if line.strip().endswith("}")], at_work


def find_faults(kind: str, folder: Path, told: list[Told]) -> Iterator[str]:
    """Open the library as the next user would, and yield what is wrong with it: lost, twins, unsound."""
    library = open_library(folder)
    try:
        library.view()
    except ConspectusError as error:  # Embedded with another one when it was killed: said, and mended as it says.
        if kind != "reembed":
            yield f"unsound: {error}"
        library.reembed()
    papers = {paper.id: paper for paper in library.papers()}
    homes = {record.id: paper.id for paper in papers.values() for record in records_of(paper)}
    yield from (f"lost: {fault}" for fault in find_lost(kind, told, papers, homes, library))
    count = Counter(record.id for paper in papers.values() for record in records_of(paper))
    yield from (f"twins: {record_id}" for record_id, times in count.items() if times > 1)
    view = library.view()
    yield from (f"twins: {twin.id}" for _, twin in (list_twins(view) if view else ()))
    yield from (f"unsound: {check.name}: {check.detail}" for check in examine(library) if not check.ok)
    if kind == "fill":
        list(fill_vectors(library))
        view = library.view()
        yield from ("unsound: some stay without a vector",) if view and count_pending(view) else ()
        yield from (f"unsound: {check.name}: {check.detail}" for check in examine(library) if not check.ok)
    library.close()


def find_lost(
    kind: str, told: list[Told], papers: dict[str, Paper], homes: dict[str, str], library: Library
) -> Iterator[str]:
    """Yield what was acknowledged and is not so."""
    expected = set() if kind in ("create",) else {f"p{n}" for n in range(BASE)}
    gone = {paper_id for line in told for paper_id in line.get("gone", ())}
    if kind == "remove":  # One more may be gone that nobody was told of.
        missing = expected - gone - set(homes)
        yield from sorted(missing) if len(missing) > 1 else ()
    else:
        yield from sorted(expected - set(homes))
    yield from (f"{paper_id} is back" for paper_id in sorted(gone & set(homes)))
    for line in told:
        yield from (paper_id for paper_id in line.get("there", ()) if paper_id not in homes)
        for first, second in line.get("joined", ()):
            if homes.get(first) is None or homes.get(first) != homes.get(second):
                yield f"{first} and {second} are not one"
        if "apart" in line and homes.get(line["apart"][0]) == homes.get(line["apart"][1]):
            yield f"{line['apart']} are one"
        if "profile" in line and line["profile"][0] not in {profile.name for profile in library.profiles()}:
            yield line["profile"][0]
    venues = {line["venue"][0]: int(line["venue"][1].split()[1]) for line in told if "venue" in line}
    for paper_id, turn in venues.items():  # A newer one may have been written that nobody was told of.
        if int((papers[paper_id].venue or "Journal -1").split()[1]) < turn:
            yield f"the newest state of {paper_id}"


def run_kills(kills: int, minutes: float, seed: int = 15) -> bool:
    """Kill so many workers, or as many as the minutes allow; print what came of it; whether all was right."""
    rng, faults, done, at_work = random.Random(seed), Counter[str](), Counter[str](), 0
    with TemporaryDirectory() as place:
        base = Path(place) / "base"
        library = open_library(base)
        add(library, [build_paper(n) for n in range(BASE)])
        library.close()
        until = time.monotonic() + 60 * minutes
        for turn in range(kills):
            if time.monotonic() > until:
                kills = turn
                break
            kind = list(KINDS)[turn % len(KINDS)]
            folder = Path(place) / f"{turn}"
            subprocess.run(["cp", "-r", str(base), str(folder)], check=True)
            told, busy = kill_worker(kind, folder, rng)
            at_work += busy
            opened = [folder / "new"] if kind == "create" else [folder]
            for target in opened if opened[0].exists() else []:
                if kind == "create":
                    told = [{"there": line["new"]} for line in told if "new" in line]
                for fault in find_faults(kind, target, told):
                    faults[fault.split(":")[0]] += 1
                    print(f"kill {turn} ({kind}): {fault}", flush=True)
            done[kind] += 1
            subprocess.run(["rm", "-rf", str(folder)], check=True)
    print(f"{kills} kills, {at_work} of them at work, in {len(done)} kinds: {dict(done)}")
    print(f"lost {faults['lost']}, twins {faults['twins']}, unsound {faults['unsound']}")
    return not faults


def work_at_once(folder: Path, number: int, seconds: float) -> None:
    """Add, merge, remove and search as one of several; who finds the library locked tries again."""
    rng, library, first, told = random.Random(number), open_library(folder), 10_000 * (number + 1), 0
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            add(library, [build_paper(first + told + n) for n in range(5)])
            told += 5
            if told % 20 == 0:
                merge(library, [f"p{first + told - 1}", f"p{first + told - 2}"])
            if told % 30 == 0:
                library.remove([f"p{first + told - 5}"])
            library.search(f"number{rng.randrange(1000)}", 3)
        except LibraryLocked:
            time.sleep(rng.random() * 0.05)
        if rng.random() < 0.02 and number % 2:
            library.close()
            library = open_library(folder)
    tell(first=first, told=told)


def run_processes(seconds: float) -> bool:
    """Let eight processes work at one library, then three in turns; return whether all is there and sound."""
    with TemporaryDirectory() as place:
        folder = Path(place) / "library"
        library = open_library(folder)
        add(library, [build_paper(n) for n in range(BASE)])
        library.close()
        workers = [start("at-once", folder, number, seconds) for number in range(8)]
        outputs = [worker.communicate() for worker in workers]
        crashed = [err.strip()[-300:] for worker, (_, err) in zip(workers, outputs, strict=True) if worker.returncode]
        library = open_library(folder)
        homes = {record.id for paper in library.papers() for record in records_of(paper)}
        lost = wrote = 0
        for out, _ in outputs:
            if out.strip():
                told = json.loads(out.splitlines()[-1])
                wrote += told["told"]
                ids = {f"p{told['first'] + n}" for n in range(told["told"])}
                # Each thirtieth removes one; a lock in between leaves it.
                lost += max(0, len(ids - homes) - told["told"] // 30)
        unsound = [f"{check.name}: {check.detail}" for check in examine(library) if not check.ok]
        library.close()
    print(f"8 processes for {seconds:g} s: {wrote} papers, lost {lost}, crashed {crashed}, unsound {unsound}")
    return not (lost or crashed or unsound)


def run_in_turns(rounds: int = 20) -> bool:
    """Let three processes that stay open write in turns, so many rounds; return whether all is sound."""
    from tests.store.long_lived import LongLived

    with TemporaryDirectory() as place:
        folder = Path(place) / "library"
        library = open_library(folder)
        library.close()
        writers = [LongLived(folder) for _ in range(3)]
        for turn in range(3 * rounds):
            writers[turn % 3].do("add", turn * 40, 40)
        for writer in writers:
            writer.__exit__()
        library = open_library(folder)
        papers = len(list(library.papers()))
        unsound = [f"{check.name}: {check.detail}" for check in examine(library) if not check.ok]
        library.close()
    print(f"3 long-lived writers, {rounds} rounds: {papers} of {120 * rounds} papers, unsound {unsound}")
    return not unsound and papers == 120 * rounds


def main(arguments: list[str]) -> int:
    """Run what is asked for; everything where nothing is."""
    if arguments[:1] == ["work"]:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        KINDS[arguments[1]](Path(arguments[2]), random.Random(int(arguments[3])))
        return 0
    if arguments[:1] == ["at-once"]:
        work_at_once(Path(arguments[1]), int(arguments[2]), float(arguments[3]))
        return 0
    numbers = {arguments[n]: float(arguments[n + 1]) for n in range(0, len(arguments) - 1, 2)} or {"": 0.0}
    sound = True
    if "kills" in numbers or "" in numbers:
        sound &= run_kills(int(numbers.get("kills", 300)), numbers.get("minutes", 600.0))
    if "processes" in numbers or "" in numbers:
        sound &= run_processes(numbers.get("processes", 120.0))
        sound &= run_in_turns()
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
