"""Make a small library in the format of this code: python -m benchmarks.make_library_data [--fields].

It makes ``tests/data/libraries/format_V_R``, where V is the version of the library and R that of its records. It ran
once for each of them, with the code of that version: what it made is kept to show that later code opens what earlier
code wrote (``tests/store/test_format.py``), so an old one is not to be made again. ``--fields`` writes down the names
of all fields of this version, too.
"""

import gzip
import io
import json
import sys
import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory

from assistant.testing import HashEmbedder
from store.ingest import add_items
from store.ingest.corrections import merge, split
from store.library import Library
from store.paper import Author, Contributor, Paper, Profile, Source
from store.record import RECORD_VERSION, VERSION, LibraryState

DATA = Path(__file__).resolve().parents[1] / "tests" / "data" / "libraries"
DIMENSION = 8


def build_papers() -> list[Paper]:
    """Build records with all that a record can have: four of two papers, two that a person joins, one that is split."""
    frogs = Paper(
        id="okonjo2017frogs",
        title="Counting Frogs by Sound",
        authors=(Author(name="Ada Okonjo", position=1, family="Okonjo", given="Ada"),),
        contributors=(Contributor(name="Per Lindqvist", family="Lindqvist", given="Per", role="editor"),),
        date="2017-05",
        venue="Made-up Letters on Ponds",
        identifiers={"doi": "10.5555/pond.2017.1"},
        urls=("https://example.org/frogs",),
        keywords=("frogs",),
        tags=("to read",),
        collections=("Ponds/Frogs",),
        citation_count=12,
        kind="article-journal",
        language="en",
        abstract="We count frogs by their calls. The count is within 12% of a count by hand.",
        abstract_raw="We count frogs by their calls. The count is within <b>12%</b> of a count by hand.",
        extra={"volume": "3", "pages": "1-9"},
        source=Source(file="frogs.bib", line=1, format="bibtex"),
    )
    again = frogs.model_copy(
        update={"id": "pond-17", "tags": ("seen",), "source": Source(file="frogs.ris", line=1, format="ris")}
    )
    taken_back = Paper(
        id="lenses",
        title="Grinding Lenses without Water",
        date="2021",
        identifiers={"doi": "10.5555/lens.2021.7"},
        retraction="retracted 2022-03-04 (10.5555/notice)",
        abstract="Lenses are ground with cold air. The surface is rougher by 3 nm.",
        source=Source(file="optics.bib", line=1, format="bibtex"),
    )
    talk = Paper(id="talk", title="Mirrors at night", date="2019", abstract="Mirrors cool down. They shrink by 2 nm.")
    poster = Paper(id="poster", title="Mirrors that shrink", date="2020", abstract="A mirror shrinks in the cold.")
    first = Paper(
        id="n1", title="Newts at Night", date="2019", identifiers={"doi": "10.5555/n"}, abstract="Newts walk."
    )
    second = first.model_copy(update={"id": "n2", "venue": "Another place", "date": "2018"})
    return [frogs, again, taken_back, talk, poster, first, second]


def make_library(folder: Path) -> list[dict[str, object]]:
    """Make the library and return what is in it."""
    library = Library(folder, HashEmbedder(DIMENSION))
    profile = Profile(name="Ada Okonjo", category="Ponds", h_index=7, papers=2, citations=90)
    for _ in add_items(library, [profile, *build_papers()], lambda: 1.0):
        pass
    merge(library, ["talk", "poster"])
    split(library, ["n1"])
    library.close()
    opened = Library(folder, HashEmbedder(DIMENSION))
    found = [
        {"hash": paper.content_hash(), **paper.model_dump(mode="json", exclude_defaults=True)}
        for paper in sorted(opened.papers(), key=lambda paper: paper.id)
    ]
    opened.close()
    return found


def pack(folder: Path, target: Path) -> None:
    """Write a folder as .tar.gz, but for locks."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.name.endswith("lock"):
                archive.add(path, str(path.relative_to(folder.parent)))
    target.write_bytes(gzip.compress(buffer.getvalue(), mtime=0))


def list_fields() -> dict[str, list[str]]:
    """List the names of the fields of all that a library stores."""
    stored = (Paper, Author, Contributor, Source, Profile, LibraryState)
    return {model.__name__: sorted(model.model_fields) for model in stored}


def main() -> None:
    """Make it."""
    target = DATA / f"format_{VERSION}_{RECORD_VERSION}"
    target.mkdir(parents=True)
    with TemporaryDirectory() as folder:
        found = make_library(Path(folder) / "library")
        pack(Path(folder) / "library", target / "library.tar.gz")
    (target / "papers.json").write_text(f"{json.dumps(found, indent=1, ensure_ascii=False)}\n", encoding="utf-8")
    if "--fields" in sys.argv:
        (DATA / "fields.json").write_text(f"{json.dumps({VERSION: list_fields()}, indent=1)}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
