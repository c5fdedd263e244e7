"""Whether the names of ../shared/formats come through whole: round trips of three formats, and family names as pandoc.

    python -m benchmarks.names [--errors]

A line of authors is changed where what is written again does not name the same persons by the same parts: in RIS the
text behind ``AU``, in CSL-JSON the object, in BibTeX the four parts of BibTeX's own rules (bibtexparser). Families
are compared with those that ``pandoc -f biblatex -t csljson`` reads, particles included and its curly apostrophes made
straight; "Anonymous" and the like, which are nobody here, are no names.
"""

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bibtexparser.middlewares.names import parse_single_name_into_parts
from bibtexparser.splitter import Splitter

from assistant.export.csl import build_item
from assistant.export.library_export import format_papers
from assistant.export.pandoc import find_pandoc
from benchmarks.corpora import SHARED
from store.citation_keys import citation_keys
from store.errors import SourceError
from store.paper import Paper
from store.person_name import parse_author
from store.readers import read_papers
from store.readers.bibtex import split_names
from store.readers.people import is_nobody
from store.readers.textfile import TextFile
from store.text.clean import clean_text

FORMATS = SHARED / "formats"
Changes = Iterator[tuple[str, str, bool]]


def read(file: Path) -> list[Paper]:
    """The papers of a file; none where it is refused."""
    try:
        return [item for item in read_papers(file) if isinstance(item, Paper)]
    except SourceError:
        return []


def write(papers: list[Paper], format: str) -> str:
    """The papers as a file."""
    return "".join(format_papers(lambda: iter(papers), format, citation_keys(papers)))


def check_ris(file: Path) -> Changes:
    """Each name of a RIS file that is written again, and whether a line of the file has it."""
    text = _decode(file)
    values = re.findall(r"^\s{0,3}(?:AU|A1)\s*-\s*(.*(?:\n(?!\s{0,3}[A-Z][A-Z0-9]\s*-).*)*)", text, re.MULTILINE)
    lines = {_squash(part) for value in values for part in re.split(r"[;\r\n]", value)}
    for name in re.findall(r"^AU  - (.*?)\r?$", write(read(file), "ris"), re.MULTILINE):
        yield file.name, name, _squash(name) not in lines and name != "et al."


def check_csl(file: Path) -> Changes:
    """Each name of a file of CSL-JSON that is written again, and whether the file has it."""
    found = json.loads(file.read_text(encoding="utf-8"))
    items = found if isinstance(found, list) else found.get("items", [found])
    names = [name for item in items for name in item.get("author", [])]
    for paper in read(file):
        for name in build_item(paper, "k").get("author", []):
            yield file.name, str(name), name not in names


def check_bibtex(file: Path) -> Changes:
    """Each name of a BibTeX file that is written again, and whether the file has one of the same parts."""
    names = {_part(name) for name in _list_authors(_decode(file))}
    for name in _list_authors(write(read(file), "bibtex")):
        yield file.name, name, _part(name) not in names


def check_pandoc(file: Path, program: str) -> Changes:
    """Each family name of a BibTeX file, and whether pandoc reads another."""
    run = subprocess.run([program, "-f", "biblatex", "-t", "csljson", file], capture_output=True, check=False)
    if run.returncode:
        return
    by_key: dict[str, list[str]] = {}
    for item in json.loads(run.stdout):
        by_key[item["id"]] = [_join_family(name) for name in item.get("author", [])]
    counts = Counter(str(paper.extra.get("citation_key")) for paper in read(file))
    for paper in read(file):
        key = str(paper.extra.get("citation_key"))
        theirs = by_key.get(key)
        if theirs is None or counts[key] > 1:
            continue
        ours = [clean_text(parse_author(author).family) for author in paper.authors]
        for place, family in enumerate(theirs):
            mine = ours[place] if place < len(ours) else ""
            if family not in ("others", "et al.") and not is_nobody(family):
                yield file.name, f"{mine!r} is {family!r}", _squash(mine) != _squash(family.replace("\u2019", "'"))


def _join_family(name: dict[str, Any]) -> str:
    parts = ("dropping-particle", "non-dropping-particle", "family")
    joined = " ".join(filter(None, (name.get(part) for part in parts))) or name.get("literal", "")
    return clean_text(re.sub(r"<[^>]*>", "", joined))


def _decode(path: Path) -> str:
    file = TextFile(path)
    return file.read_whole(file.detect_encoding())


def _list_authors(text: str) -> Iterator[str]:
    blocks = Splitter(text).split().blocks
    blocks = [getattr(block, "ignore_error_block", None) or block for block in blocks]  # a key that stands twice
    for entry in blocks:
        for field in getattr(entry, "fields", ()):
            if field.key.lower() == "author":
                value = str(field.value).strip()
                yield from split_names(value[1:-1] if value[:1] in '{"' else value)


def _part(name: str) -> tuple[str, ...]:
    parts = parse_single_name_into_parts(" ".join(name.split()), strict=False)
    return tuple(
        _squash(clean_text(" ".join(words), tex=True)) for words in (parts.first, parts.von, parts.last, parts.jr)
    )


def _squash(text: str) -> str:
    return re.sub(r"\s*,\s*", ", ", " ".join(text.split())).strip(" ,;")


def main() -> None:
    """Print how many names there are, and how many are changed."""
    program = find_pandoc()
    checks = {
        "RIS → RIS": ("ris", check_ris),
        "CSL → CSL": ("csl_json", check_csl),
        "BibTeX → BibTeX": ("bibtex", check_bibtex),
        "families as pandoc": ("bibtex", lambda file: check_pandoc(file, program) if program else iter(())),
    }
    for label, (folder, check) in checks.items():
        found = [change for file in sorted((FORMATS / folder).iterdir()) for change in check(file)]
        changed = [(file, name) for file, name, is_changed in found if is_changed]
        if "--errors" in sys.argv:
            print("\n".join(f"  {file}: {name}" for file, name in changed))
        print(f"{label}: {len(changed)} of {len(found)} names differ")


if __name__ == "__main__":
    main()
