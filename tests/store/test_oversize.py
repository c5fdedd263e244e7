"""Records that are too large: refused while they are read, before they are stored, and taken out where they are."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from unittest.mock import patch

import pytest

from store.doctor import examine, repair
from store.errors import InputError, LibraryDamaged, LibraryError
from store.ingest import add_file
from store.ingest.corrections import merge
from store.library import Library
from store.paper import Author, Paper, Problem
from store.readers import read_papers
from store.record import MOST_TEXT, Record, oversize, text_size
from store.results import AddDone
from tests.store.samples import ids, library, paper, papers, put, wrong

# Characters of which Chroma cannot store the parts.
TOO_MUCH = 5_000_000
AS_LARGE_AS_MAY_BE = MOST_TEXT - 1000


def huge(n: int, **fields: object) -> Paper:
    return paper(n, abstract="x y z. " * (TOO_MUCH // 7), **fields)


def largest(n: int, **fields: object) -> Paper:
    return paper(n, abstract=f"{n:04} words. " * (AS_LARGE_AS_MAY_BE // 12), **fields)


@contextmanager
def unlimited() -> Iterator[None]:
    """A version that knew no limit."""
    with ExitStack() as held:
        held.enter_context(patch("store.ingest.oversize", return_value=""))
        for name in ("ingest.plan.check_size", "writer.check_size", "chroma.entries._check_keys"):
            held.enter_context(patch(f"store.{name}"))
        yield


def stuck(of: Library, *more: Paper) -> Library:
    """The library after a version without any limit was given a record that is too large, and some others."""
    with unlimited(), pytest.raises(LibraryDamaged, match="log"):
        put(of, [*more, huge(5000)])
    of.close()
    return of


def test_the_text_of_all_fields_is_counted() -> None:
    bare = Paper(id="a", title="")
    assert text_size(bare) - text_size(Paper(id="", title="")) == 1
    for fields, size in (
        ({"title": "Über"}, 5),
        ({"abstract": "abc", "abstract_raw": "abc"}, 3),
        ({"abstract": "abc", "abstract_raw": "<p>abc"}, 6),
        ({"authors": (Author(name="Bo Li"),)}, 5 + len("name") + len("position")),
        ({"extra": {"notes": [{"text": "four"}, 12]}}, 5 + 4 + 4 + 2),
        ({"keywords": ("one", "two")}, 6),
    ):
        assert text_size(Paper.model_validate({"id": "a", "title": "", **fields})) - text_size(bare) == size


@pytest.mark.parametrize(
    "fields",
    [
        {"authors": (Author(name="Poe", family="x" * MOST_TEXT, given="Ann"),)},
        {"authors": tuple(Author(name="Li", position=place) for place in range(1, 20_000))},
        {"contributors": ({"name": "Poe", "role": "x" * MOST_TEXT},)},
        {"extra": {"notes": [{"text": "ß" * (MOST_TEXT // 2 + 1)}]}},
        {"abstract_raw": "x" * (MOST_TEXT + 1)},
    ],
)
def test_in_whatever_field_it_is_too_much_is_refused(fields: dict[str, object]) -> None:
    assert oversize(Paper.model_validate({"id": "a", "title": "T", **fields}))


def test_what_is_refused_is_said() -> None:
    assert oversize(paper(1)) == ""
    assert oversize(largest(1)) == ""
    assert oversize(huge(1)) == (
        "the record has 5,000 kB of text, more than the 200 kB that one may have: is it a whole document? "
        "Keep its title, authors and abstract, and add it again"
    )


def test_a_large_record_in_a_file_is_named_and_the_others_are_taken(tmp_path: Path, library: Library) -> None:
    file = tmp_path / "a.jsonl"
    texts = ("short", "long " * 60_000, "short, too")
    file.write_text("".join(json.dumps({"title": f"T{n}", "abstract": text}) + "\n" for n, text in enumerate(texts)))
    (problem,) = (item for item in read_papers(file) if isinstance(item, Problem))
    assert (problem.line, problem.lost) == (2, True)
    assert problem.reason.startswith("the record has 300 kB of text, more than the 200 kB that one may have")
    last = list(add_file(library, file))[-1]
    assert isinstance(last, AddDone)
    assert (last.report.records, last.report.added, last.report.problems) == (3, 2, (problem,))
    assert sorted(one.title for one in library.papers()) == ["T0", "T2"]


@pytest.mark.parametrize("format", ["bibtex", "ris", "csv"])
def test_other_formats_refuse_it_too(tmp_path: Path, format: str) -> None:
    long = "long " * 60_000
    text = {
        "bibtex": f"@article{{a, title={{A}}, abstract={{{long}}}}}\n@article{{b, title={{B}}}}\n",
        "ris": f"TY  - JOUR\nTI  - A\nAB  - {long}\nER  - \n\nTY  - JOUR\nTI  - B\nER  - \n",
        "csv": f"Title,Authors,Abstract\nA,Poe,{long}\nB,Poe,short\n",
    }[format]
    file = tmp_path / "file"
    file.write_text(text)
    items = list(read_papers(file, format))
    assert [item.title for item in items if isinstance(item, Paper)] == ["B"]
    assert [item.line for item in items if isinstance(item, Problem) and item.lost] == [{"csv": 2}.get(format, 1)]


def test_what_comes_without_a_file_is_refused_before_it_is_stored(twenty: Library) -> None:
    given = [paper(20), huge(21, source={"file": "pubmed", "line": 3}), paper(22)]
    report = put(twenty, given)
    assert (report.records, report.added) == (3, 2)
    (problem,) = report.problems
    assert (problem.file, problem.line, problem.lost) == ("pubmed", 3, True)
    assert problem.reason.startswith("p21: the record has 5,000 kB of text")
    assert len(list(twenty.papers())) == 22


def test_records_of_an_exported_paper_are_judged_one_by_one(library: Library) -> None:
    whole = paper(1, records=(paper(1, source={"file": "a"}), huge(2, source={"file": "b"})))
    report = put(library, [whole])
    assert (report.added, len(report.problems)) == (1, 1)


def test_a_record_that_would_make_its_paper_too_large_is_not_joined(library: Library) -> None:
    """So many records of one paper that the whole could not be stored: those that fit are, the others are named."""
    same = [largest(n, title="One and the same", identifiers={"doi": "10.1000/1"}) for n in range(20)]
    report = put(library, same)
    lost = [problem for problem in report.problems if problem.lost]
    assert (report.records, report.added, report.merged, len(lost)) == (20, 1, 11, 8)
    assert all("million that can be stored of one" in problem.reason for problem in lost)
    assert put(library, [paper(50)]).added == 1
    assert wrong(library) == []


def test_papers_are_not_merged_by_hand_to_what_cannot_be_stored(library: Library) -> None:
    put(library, [largest(n) for n in range(20)])
    before = library.chroma.state()
    with pytest.raises(InputError, match="million that can be stored of one"):
        merge(library, [f"p{n}" for n in range(20)])
    assert library.chroma.state() == before
    assert len(list(library.papers())) == 20


def test_the_writer_refuses_it_before_anything_is_written(twenty: Library) -> None:
    before = twenty.chroma.state()
    refused = pytest.raises(InputError, match=r"p31 has 5\.0 million characters in 1 records, more than the 2\.7")
    with twenty.open_writer("test") as writer, refused:
        writer.put([paper(30), huge(31)])
    vector = twenty.embedder.embed(["a"])[0]
    with pytest.raises(
        LibraryError, match="p31 is too large for Chroma: it would be stored under 5,558 keys, and 5,461"
    ):
        twenty.chroma.upsert([Record(one, one.content_hash(), vector) for one in (paper(30), huge(31))])
    assert twenty.chroma.state() == before
    assert twenty.chroma.count() == 20


def test_a_library_that_has_one_names_the_repair(twenty: Library) -> None:
    stuck(twenty)
    with pytest.raises(LibraryDamaged) as caught:
        put(twenty, papers(21))
    assert "where a record may be too large for it" in caught.value.what
    assert caught.value.hint.startswith("Run: conspectus doctor --repair. It takes that record out")
    del caught
    assert sorted(ids(twenty.papers())) == sorted(ids(papers(20)))  # Reading goes on from the index, with a word.
    assert "where a record may be too large for it" in twenty.warning
    assert [check.name for check in examine(twenty) if not check.ok] == ["store"]


def test_it_is_mended_without_the_loss_of_another_paper(twenty: Library) -> None:
    stuck(twenty, paper(20), paper(21), paper(3, abstract="A newer state."))
    with patch.object(twenty.embedder, "embed", wraps=twenty.embedder.embed) as embed:
        checks = repair(twenty)
    assert [call.args[0] for call in embed.call_args_list if call.args[0] != ["A title. An abstract."]] == []
    assert [check.name for check in checks if not check.ok] == []
    assert checks[0].name == "log"
    assert checks[0].detail == "1 too large for Chroma was taken out of its log: p5000"
    assert f"kept in {twenty.folder / 'chroma-broken-1'}" in checks[0].hint
    assert sorted(ids(twenty.papers())) == sorted(ids(papers(22)))
    assert twenty.paper("p3").abstract == "A newer state."
    assert twenty.search("number20", 1)[0].paper == paper(20)
    assert put(twenty, papers(23)).added == 1
    assert wrong(twenty) == []


def test_what_it_was_is_kept(twenty: Library, tmp_path: Path) -> None:
    stuck(twenty)
    (twenty.folder / "chroma-broken-1").mkdir()
    repair(twenty)
    (tmp_path / "other").mkdir()
    (twenty.folder / "chroma-broken-2").rename(tmp_path / "other" / "chroma")
    with pytest.raises(LibraryDamaged, match="log"):
        list(library(tmp_path / "other").papers())
    assert not (twenty.folder / "chroma-broken-2.part").exists()


def test_a_paper_that_grew_too_large_stays_as_it_was_before(twenty: Library) -> None:
    with unlimited(), pytest.raises(LibraryDamaged):
        put(twenty, [huge(3)])
    twenty.close()
    assert [check.name for check in repair(twenty) if not check.ok] == []
    assert twenty.paper("p3") == paper(3)


def test_a_library_with_more_papers_than_chroma_keeps_in_its_log(large: Library) -> None:
    stuck(large, paper(1100))
    assert [check.name for check in repair(large) if not check.ok] == []
    assert sorted(ids(large.papers())) == sorted(ids(papers(1101)))


def test_a_record_is_too_large_whatever_makes_it_so() -> None:
    places = tuple(Author(name="A", position=10**4000 + place) for place in range(60))
    record = paper(1, authors=places)
    assert text_size(record) > MOST_TEXT
    assert "kB of text" in oversize(record)
