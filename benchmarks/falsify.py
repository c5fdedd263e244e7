"""Falsify one copy of a library's content after the other, and see whether anybody is believed.

Each case changes a number, a name or a stamp in one place, makes every checksum beside it fit as far as whoever reads
this code could, and then asks, lists, shows and examines. It counts as believed where the false words come out without
a word against them, or where ``doctor`` finds nothing.

    python -m benchmarks.falsify            # all cases, one line each; exit code 1 where one was believed
"""

import json
import re
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from assistant import Assistant
from assistant.cache import AnswerCache
from assistant.sessions import Sessions
from assistant.sessions.format import TurnEntry, encode_entry
from assistant.testing import HashEmbedder, fake_openai_server
from assistant.types import Answer, Turn
from store.errors import ConspectusError
from store.index.index import Index, _open_index
from store.index.index_schema import build_document
from store.paper import Author, Paper, Profile
from store.record import pack, unpack
from store.state_copy import StateCopy

TRUE, FALSE = "37.5", "73.9"
QUESTION = "By how much does weight averaging improve accuracy?"
SENTENCE = f"Weight averaging improves accuracy by {TRUE} percent on the shifted test set."


def build(folder: Path) -> None:
    """Build a library of ten papers, one of which says a number."""
    with Assistant.open(folder, embedder=HashEmbedder(64)) as a:
        papers = [
            Paper(
                id=f"p{n}",
                title=f"A study of glaciers {n}",
                date="2019",
                abstract=f"We study glaciers {n}. It is cold.",
            )
            for n in range(9)
        ]
        said = Paper(
            id="said",
            title="Weight averaging under shift",
            authors=(Author(name="Ann Poe", position=1),),
            date="2021",
            abstract=f"We study weight averaging. {SENTENCE} The method is simple.",
        )
        with a.library.open_writer("falsify") as writer:
            writer.put([*papers, said])
            writer.add_profile(Profile(name="Ann Poe", h_index=12))
        session = a.sessions.new()
        a.ask(QUESTION, session=session.id)


def ask_all(folder: Path, model: str | None = None, base_url: str | None = None) -> str:
    """Return all that the library says, and what it says against it."""
    said: list[str] = []
    uses: tuple[Callable[[], list[str]], ...]
    with Assistant.open(folder, embedder=HashEmbedder(64), model=model, base_url=base_url) as a:
        uses = (
            lambda: [claim.model_dump_json() for claim in a.ask(QUESTION).claims if claim.holds],
            lambda: [hit.paper.abstract for hit in a.search("weight averaging accuracy", 3)],
            lambda: [f"{p.title} {p.abstract}" for p in a.papers.list() if not p.damage],
            lambda: [p.model_dump_json() for p in [a.papers.get("said")] if not p.damage],
            lambda: [profile.model_dump_json() for profile in a.papers.profiles()],
            lambda: [
                answer.text + "".join(claim.model_dump_json() for claim in answer.claims if claim.holds)
                for info in a.sessions.list()
                for turn in a.sessions.get(info.id).turns
                # A sentence that is shown as not found in its source, in the text too, is no false word.
                if (answer := turn.answer) and all(claim.holds for claim in answer.shown)
            ],
        )
        for use in uses:
            try:
                said += use()
            except ConspectusError as error:
                said.append(f"refused: {error.what[:80]}")
    return "\n".join(said)


def change_text(text: str) -> str:
    """Put the false number in the place of the true one."""
    return text.replace(TRUE, FALSE)


def false_paper(folder: Path) -> Paper:
    """The paper with the false number."""
    with Assistant.open(folder, embedder=HashEmbedder(64)) as a:
        (paper,) = [paper for paper in a.papers.list() if paper.id == "said"]
    return unpack(change_text(pack(paper)))


def rewrite_index(folder: Path, paper: Paper, content_hash: str, row: int) -> None:
    """Write a paper into the index by tantivy itself, and stamp the files as they are then."""
    embedder = HashEmbedder(64)
    index = Index(folder / "index", embedder.stamp)
    generation = index.generation()
    opened = _open_index(folder / "index" / "tantivy")
    writer = opened.writer(32_000_000, 1)
    writer.delete_documents_by_term("id", paper.id)
    writer.add_document(build_document(paper, content_hash, row))
    writer.commit()
    writer.wait_merging_threads()
    index._mark(generation, ())


def index_text(folder: Path) -> None:
    """The index's text alone, its hash left as it is."""
    paper = false_paper(folder)
    rewrite_index(folder, paper, unpack(change_back(pack(paper))).content_hash(), 9)


def change_back(text: str) -> str:
    """The reverse of ``change_text``."""
    return text.replace(FALSE, TRUE)


def index_text_and_hash(folder: Path) -> None:
    """The index's text and its hash."""
    paper = false_paper(folder)
    rewrite_index(folder, paper, paper.content_hash(), 9)


def index_more(folder: Path) -> None:
    """A paper in the index that the store has not."""
    paper = false_paper(folder).model_copy(update={"id": "new", "title": "Weight averaging improves accuracy"})
    rewrite_index(folder, paper, paper.content_hash(), 9)


def in_chroma(folder: Path, key: str, change: Callable[[str], str]) -> None:
    """Change a field of the paper in the file of Chroma."""
    with closing(sqlite3.connect(folder / "chroma" / "chroma.sqlite3")) as database, database:
        rows = database.execute(
            "SELECT m.rowid, m.string_value FROM embedding_metadata m JOIN embeddings e ON e.id = m.id "
            "WHERE e.embedding_id = 'said' AND m.key = ?",
            (key,),
        ).fetchall()
        for row, value in rows:
            database.execute("UPDATE embedding_metadata SET string_value = ? WHERE rowid = ?", (change(value), row))


def chroma_text(folder: Path) -> None:
    """The store's text alone."""
    in_chroma(folder, "record0", change_text)


def chroma_text_and_hash(folder: Path) -> None:
    """The store's text and its hash."""
    content = false_paper(folder).content_hash()
    in_chroma(folder, "record0", change_text)
    in_chroma(folder, "hash", lambda _: content)


def chroma_then_no_index(folder: Path) -> None:
    """The store's text alone, and the index is gone."""
    in_chroma(folder, "record0", change_text)
    shutil.rmtree(folder / "index")


def chroma_profile(folder: Path) -> None:
    """What the store says of an author."""
    with closing(sqlite3.connect(folder / "chroma" / "chroma.sqlite3")) as database, database:
        database.execute(
            "UPDATE collection_metadata SET str_value = replace(str_value, '\"h_index\":12', '\"h_index\":739')"
        )


def state_copy_profile(folder: Path) -> None:
    """What the copy of the stamp says of an author, its checksum made to fit."""
    copy = StateCopy(folder)
    state = copy.read()
    assert state
    copy.forget()
    copy.keep(
        state.model_copy(update={"profiles": tuple(p.model_copy(update={"h_index": 739}) for p in state.profiles)})
    )


def session_file(folder: Path) -> Path:
    """The file of the only conversation."""
    (file,) = (folder / "sessions").glob("*.jsonl")
    return file


def session_raw(folder: Path) -> None:
    """An answer of a conversation, by hand."""
    file = session_file(folder)
    file.write_text(change_text(file.read_text()))


def session_unsummed(folder: Path) -> None:
    """An answer of a conversation, its checksums taken away as lines of older versions have none."""
    file = session_file(folder)
    file.write_text(re.sub(r',"sum":"[0-9a-f]{32}"', "", change_text(file.read_text())))


def session_quote_kept(folder: Path) -> None:
    """The sentence of an answer but not its quote, its checksum made to fit."""
    _rewrite_turn(
        folder,
        lambda answer: answer.model_copy(
            update={
                "text": change_text(answer.text),
                "claims": tuple(claim.model_copy(update={"text": change_text(claim.text)}) for claim in answer.claims),
            }
        ),
    )


def session_text_alone(folder: Path) -> None:
    """The text of an answer but none of its claims, its checksum made to fit."""
    _rewrite_turn(folder, lambda answer: answer.model_copy(update={"text": change_text(answer.text)}))


def _rewrite_turn(folder: Path, change: Callable[[Answer], Answer]) -> None:
    file = session_file(folder)
    (turn,) = Sessions(folder / "sessions").get(file.stem).turns
    assert turn.answer
    header = file.read_bytes().splitlines(keepends=True)[0]
    false = Turn(asked_at=datetime.now(UTC), question=turn.question, answer=change(turn.answer))
    file.write_bytes(header + encode_entry(TurnEntry(turn=false)))


INDEX_AND_STORE: dict[str, Callable[[Path], None]] = {
    "index: text": index_text,
    "index: text and hash": index_text_and_hash,
    "index: a paper more": index_more,
    "store: text": chroma_text,
    "store: text and hash": chroma_text_and_hash,
    "store: text, index gone": chroma_then_no_index,
    "store: a profile": chroma_profile,
    "copy of the stamp: a profile": state_copy_profile,
    "conversation: by hand": session_raw,
    "conversation: without checksums": session_unsummed,
    "conversation: the sentence, not the quote": session_quote_kept,
    "conversation: the text, not the claims": session_text_alone,
}


def is_believed(said: str) -> bool:
    """Whether the false number, or the false figure of the author, was said."""
    return FALSE in said or '"h_index":739' in said


def examine(folder: Path, repair: bool = False) -> list[str]:
    """The names of the checks of ``doctor`` that fail."""
    with Assistant.open(folder, embedder=HashEmbedder(64)) as a:
        return [check.name for check in a.doctor(repair) if not check.ok]


def run_case(base: Path, folder: Path, falsify: Callable[[Path], None]) -> tuple[bool, list[str], bool]:
    """Return whether the false words were said, what doctor found, and whether they were said after its repair."""
    shutil.copytree(base, folder)
    falsify(folder)
    found = examine(folder)
    said = is_believed(ask_all(folder))
    examine(folder, repair=True)
    return said, found, is_believed(ask_all(folder))


def run_cached_answer(base: Path, folder: Path, change: Callable[[Path], None]) -> tuple[bool, list[str]]:
    """Ask a model, falsify the answer that was kept, and ask again."""
    shutil.copytree(base, folder)
    with fake_openai_server(default=lambda messages: f"{SENTENCE} [1]") as server:
        true = ask_all(folder, "any", server.base_url)
        assert TRUE in true
        change(folder)
        said = is_believed(ask_all(folder, "any", server.base_url))
        return said, []


def cached_raw(folder: Path) -> None:
    """The kept answer, by hand."""
    for file in (folder / "answers").glob("*.json"):
        file.write_text(change_text(file.read_text()))


def cached_summed(folder: Path) -> None:
    """The kept answer, its checksum made to fit."""
    cache = AnswerCache(folder / "answers")
    for key in cache.list_keys():
        answer = cache.get(key)
        assert answer
        cache.put(key, Answer.model_validate_json(change_text(answer.model_dump_json())))


def cached_claim(folder: Path) -> None:
    """The sentences of the kept answer but not their quotes, its checksum made to fit."""
    cache = AnswerCache(folder / "answers")
    for key in cache.list_keys():
        answer = cache.get(key)
        assert answer
        claims = tuple(claim.model_copy(update={"text": change_text(claim.text)}) for claim in answer.claims)
        cache.put(key, answer.model_copy(update={"claims": claims, "text": change_text(answer.text)}))


CACHED: dict[str, Callable[[Path], None]] = {
    "kept answer: by hand": cached_raw,
    "kept answer: with its checksum": cached_summed,
    "kept answer: the sentence, not the quote": cached_claim,
}


def run_report(base: Path, folder: Path, summed: bool) -> bool:
    """Falsify a report that was saved; return whether reading it, or doctor, finds nothing."""
    shutil.copytree(base, folder)
    path = folder.with_suffix(".json")
    with Assistant.open(folder, embedder=HashEmbedder(64)) as a:
        report = a.reports.create("annotated")
        false = type(report).model_validate_json(change_text(report.model_dump_json()))
        if summed:
            from assistant.report.pipeline import with_digest

            false = with_digest(false)
        path.write_text(false.model_dump_json())
        assert FALSE in path.read_text()
        try:
            a.reports.read(path)
            read = True
        except ConspectusError:
            read = False
        (check,) = [check for check in a.doctor(files=[path]) if check.name == str(path)]
        return read and check.ok


def run_manifest(base: Path, folder: Path) -> bool:
    """Falsify the hash of a paper in a manifest; return whether the replay, or doctor, finds nothing."""
    shutil.copytree(base, folder)
    path = folder.with_suffix(".manifest.json")
    with Assistant.open(folder, embedder=HashEmbedder(64)) as a:
        manifest = a.reports.create("annotated").manifest
        papers = {**manifest.papers, "said": "0" * 64}
        path.write_text(json.dumps({**json.loads(manifest.model_dump_json()), "papers": papers}))
        try:
            a.reports.replay(path)
            replayed = True
        except ConspectusError:
            replayed = False
        (check,) = [check for check in a.doctor(files=[path]) if check.name == str(path)]
        return replayed or check.ok


def main() -> int:
    """Run all cases; 1 where a falsification was believed."""
    believed = 0
    with tempfile.TemporaryDirectory() as scratch:
        base = Path(scratch) / "base"
        build(base)
        assert TRUE in ask_all(base)
        assert examine(base) == []
        number = 0
        for name, falsify in INDEX_AND_STORE.items():
            number += 1
            said, found, later = run_case(base, Path(scratch) / str(number), falsify)
            wrong = said or later or not found
            believed += wrong
            verdict = "BELIEVED" if wrong else "not believed"
            print(f"{verdict}: {name}; doctor finds {', '.join(found) or 'NOTHING'}; said {said}, after repair {later}")
        for name, change in CACHED.items():
            number += 1
            said, _ = run_cached_answer(base, Path(scratch) / str(number), change)
            believed += said
            print(f"{'BELIEVED' if said else 'not believed'}: {name}")
        for name, result in (
            ("report: by hand", run_report(base, Path(scratch) / "r1", False)),
            ("report: with its digest", run_report(base, Path(scratch) / "r2", True)),
            ("manifest: a hash", run_manifest(base, Path(scratch) / "m1")),
        ):
            believed += result
            number += 1
            print(f"{'BELIEVED' if result else 'not believed'}: {name}")
    print(f"{number} falsifications, {believed} believed")
    return 1 if believed else 0


if __name__ == "__main__":
    sys.exit(main())
