"""Damage files of a library by chance, ask it, have it mended, and ask it again.

One try damages one file in one way: bits turned round, cut short, a block zeroed, something written over, deleted,
emptied or lengthened. What is said then has to be what was said before, or be refused or marked in words; nothing may
end in an error that is not one of Conspectus. After ``doctor --repair`` it has to be as before, or be refused in words.

    python -m benchmarks.damage                     # 300 tries, about 20 minutes on one core
    python -m benchmarks.damage --tries 50 --seed 7
    python -m benchmarks.damage --only 31           # one try again, told in full
"""

import argparse
import json
import logging
import multiprocessing
import os
import random
import shutil
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable
from functools import partial
from importlib import import_module
from multiprocessing.queues import Queue
from pathlib import Path
from typing import Any

from assistant import Assistant
from assistant.cache import AnswerCache
from assistant.testing import HashEmbedder
from assistant.types import Answer
from store.errors import ConspectusError
from store.paper import Author, Paper, Profile

TOPICS = ("bandits", "proteins", "galaxies", "parsers", "glaciers", "enzymes", "markets", "robots")
QUESTIONS = (
    "How many steps does the method of paper 7 about robots need?",
    "Which papers study glaciers?",
    "How many papers are there since 2010?",
)
# Every so many tries the library is one of more papers than Chroma keeps before it writes its vector index.
LARGE_EVERY, SMALL, LARGE = 30, 60, 1100
# Seconds of a try; it counts as endless after that.
PATIENCE = 240
_LOADED_ONCE = ("chromadb", "tantivy", "assistant.client.kept_files", "assistant.answer.pipeline", "store.doctor")
Said = dict[str, list[str]]


def make_paper(n: int) -> Paper:
    """One of the papers."""
    topic = TOPICS[n % len(TOPICS)]
    return Paper(
        id=f"p{n}",
        title=f"Paper {n} about {topic}",
        authors=(Author(name=f"Ada Lovelace{n % 5}", position=1), Author(name="Bo Li", position=2)),
        date=f"{2000 + n % 20}-0{1 + n % 9}",
        abstract=f"We study {topic} number{n}. The method is fast. It needs {n % 97} steps and {n * 1.5} watts.",
    )


def open_library(folder: Path) -> Assistant:
    """Open it with an embedder that needs no weights."""
    return Assistant.open(folder, embedder=HashEmbedder(64))


def build(folder: Path, count: int) -> None:
    """Build a library with papers added, changed and removed, a profile, a conversation and a kept answer."""
    with open_library(folder) as a:
        for first in range(0, count, 64):
            with a.library.open_writer("damage") as writer:
                writer.put([make_paper(n) for n in range(first, min(count, first + 64))])
                writer.add_profile(Profile(name="Ada Lovelace", h_index=41))
        a.papers.remove("p5")
        session = a.sessions.new()
        answers = [a.ask(question, session=session.id) for question in QUESTIONS]
        for n, answer in enumerate(answers):
            AnswerCache(folder / "answers").put(f"{n:064x}", answer)


def observe(folder: Path) -> Said:
    """Ask for everything; what is refused in words begins so, and any other error is told as raw."""
    said: Said = {}

    def note(name: str, use: Callable[[], list[str]]) -> None:
        try:
            said[name] = use()
        except ConspectusError as error:
            said[name] = [f"refused: {error.what}"]
        except Exception:
            said[name] = [f"RAW: {traceback.format_exc(limit=-3)}"]

    with open_library(folder) as a:
        for question in QUESTIONS:
            note(question, partial(_ask, a, question))
        note("search", lambda: [_tell_paper(hit.paper) for hit in a.search("fast method for enzymes", 5)])
        note("list", lambda: [_tell_paper(paper) for paper in a.papers.list()])
        note("count", lambda: [str(a.papers.count(year_from=2012))])
        note("authors", lambda: [str(a.papers.count(author="Lovelace3"))])
        note("profiles", lambda: [profile.model_dump_json() for profile in a.papers.profiles()])
        note(
            "sessions",
            lambda: [
                line
                for info in a.sessions.list()
                for turn in a.sessions.get(info.id).turns
                for line in (_tell_answer(turn.answer) if turn.answer else [f"refused: {turn.error}"])
            ],
        )
        kept = AnswerCache(folder / "answers")
        note("answers", lambda: [line for n in range(len(QUESTIONS)) for line in _tell_kept(kept.get(f"{n:064x}"))])
        said["warning"] = [a.warning] if a.warning else []
    return said


def _ask(a: Assistant, question: str) -> list[str]:
    return _tell_answer(a.ask(question))


def _tell_paper(paper: Paper) -> str:
    return f"DAMAGED {paper.id}" if paper.damage else paper.model_dump_json()


def _tell_answer(answer: Answer) -> list[str]:
    lines = [f"{'' if claim.holds else 'DAMAGED '}{claim.text}" for claim in answer.claims]
    return [*lines, f"text: {answer.text}"]


def _tell_kept(answer: Answer | None) -> list[str]:
    return _tell_answer(answer) if answer else ["refused: it is not kept"]


def _examine(folder: Path, repair: bool) -> list[str]:
    with open_library(folder) as a:
        return [check.name for check in a.doctor(repair) if not check.ok]


def find_wrong(before: Said, now: Said) -> tuple[list[str], list[str]]:
    """Return what is wrong without a word, and what is raw."""
    raw = [line for lines in now.values() for line in lines if line.startswith("RAW")]
    worded = bool(now["warning"]) or any(
        line.startswith(("refused", "DAMAGED")) for lines in now.values() for line in lines
    )
    wrong = []
    for name, lines in now.items():
        false = [line for line in lines if line.startswith("{") and line not in before[name] + before["list"]]
        # Of two papers alike another may come first; what is said of each is the same.
        differs = sorted(lines) != sorted(before[name]) and name != "warning"
        if false or (differs and not worded and not raw):
            wrong.append(f"{name}: {(false or lines)[:2]}")
    return wrong, raw


DAMAGES = ("bit", "bits", "cut", "zeroed", "overwritten", "deleted", "emptied", "longer")


def damage(folder: Path, chance: random.Random) -> str:
    """Damage one file; return what was done."""
    files = sorted(file for file in folder.rglob("*") if file.is_file() and not file.name.endswith(".lock"))
    # As likely in each of the folders; the store is most of the bytes.
    groups: dict[str, list[Path]] = {}
    for file in files:
        groups.setdefault(file.relative_to(folder).parts[0], []).append(file)
    file = chance.choice(groups[chance.choice(sorted(groups))])
    how = chance.choice(DAMAGES)
    content = bytearray(file.read_bytes())
    size = len(content)
    place = chance.randrange(size) if size else 0
    block = chance.choice((16, 512, 4096, 65536))
    if how == "deleted":
        file.unlink()
    elif how == "emptied":
        file.write_bytes(b"")
    elif how == "cut":
        file.write_bytes(content[:place])
    elif how == "longer":
        file.write_bytes(content + chance.randbytes(block))
    else:
        if how in ("bit", "bits") and size:
            for _ in range(1 if how == "bit" else 8):
                content[chance.randrange(size)] ^= 1 << chance.randrange(8)
        elif how == "zeroed":
            content[place : place + block] = bytes(len(content[place : place + block]))
        else:
            content[place : place + block] = chance.randbytes(len(content[place : place + block]))
        file.write_bytes(content)
    return f"{file.relative_to(folder)} {how} at {place} of {size}"


def run_try(base: Path, folder: Path, before: Said, seed: int, queue: "Queue[dict[str, Any]]") -> None:
    """Run one try in a process of its own."""
    logging.disable(logging.CRITICAL)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    result: dict[str, Any] = {"seed": seed, "what": "", "wrong": [], "raw": [], "outcome": "raw"}
    try:
        shutil.copytree(base, folder)
        result["what"] = damage(folder, random.Random(seed))
        wrong, raw = find_wrong(before, first := observe(folder))
        _examine(folder, repair=False)
        failed = _examine(folder, repair=True)
        later, raw_later = find_wrong(before, last := observe(folder))
        result |= {"wrong": wrong + [f"after repair: {one}" for one in later], "raw": raw + raw_later}
        same = all(sorted(last[name]) == sorted(lines) for name, lines in before.items())
        untouched = all(sorted(first[name]) == sorted(lines) for name, lines in before.items())
        result["outcome"] = "healed" if same and not untouched else "unharmed" if same else "told in words"
        result["failed"] = failed
    except BaseException:
        result["raw"] = [traceback.format_exc(limit=-4)]
    queue.put(result)


def run_apart(target: Callable[..., None], *args: object) -> dict[str, Any]:
    """Run a function in a process of its own, which may die of it."""
    context = multiprocessing.get_context("fork")
    queue: Queue[dict[str, Any]] = context.Queue()
    process = context.Process(target=target, args=(*args, queue))
    process.start()
    try:
        return queue.get(timeout=PATIENCE)
    except Exception:
        return {"raw": [f"the process ended with {process.exitcode}"], "wrong": [], "outcome": "died", "what": "?"}
    finally:
        process.kill()
        process.join()


def _build_base(folder: Path, count: int, queue: "Queue[dict[str, Any]]") -> None:
    build(folder, count)
    queue.put(observe(folder))


def main() -> int:
    """Run the tries; 1 where anything was wrong without a word, or raw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tries", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", type=int)
    args = parser.parse_args()
    seeds = [args.only] if args.only is not None else range(args.seed, args.seed + args.tries)
    outcomes: Counter[str] = Counter()
    bad = 0
    for module in _LOADED_ONCE:  # Not by each try anew.
        import_module(module)
    with tempfile.TemporaryDirectory() as scratch:
        bases = {}
        for count in (SMALL, LARGE):
            base = Path(scratch) / f"base-{count}"
            bases[count] = base, run_apart(_build_base, base, count)
        for seed in seeds:
            base, before = bases[LARGE if seed % LARGE_EVERY == 0 else SMALL]
            folder = Path(scratch) / f"try-{seed}"
            result = run_apart(run_try, base, folder, before, seed)
            shutil.rmtree(folder, ignore_errors=True)
            outcomes[result["outcome"]] += 1
            outcomes["silent wrong"] += bool(result["wrong"])
            outcomes["raw"] += bool(result["raw"])
            bad += bool(result["wrong"] or result["raw"])
            if result["wrong"] or result["raw"] or args.only is not None:
                print(json.dumps({**result, "seed": seed}, indent=1, ensure_ascii=False), flush=True)
            elif seed % 25 == 0:
                print(seed, dict(outcomes), flush=True)
    print(f"{len(seeds)} tries: {dict(outcomes)}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
