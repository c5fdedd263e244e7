"""Fuzzing of the readers by atheris: python -m tests.store.readers.fuzz RUNS [SEED].

The first byte of an input chooses the format, the last choice is to tell it by the content; the rest is the file. The
seeds are the samples of all formats. It ends with a traceback at the first input that breaks a reader, which it leaves
in the folder for temporary files, and with an error at one that takes longer than 20 seconds.
"""

import gzip
import resource
import sys
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from unicodedata import category

import atheris

with atheris.instrument_imports(include=["store", "bibtexparser", "rispy"]):
    from store.errors import SourceError
    from store.paper import Paper, Problem
    from store.readers import FORMATS, read_papers
    from tests.store.readers.samples import PARTIAL, SAMPLES

OTHERS = {
    "jsonl": '{"title": "On soup", "abstract": "We cook.", "authors": ["Ann Poe"], "date": "2018-05"}\n',
    "listing": "Ann Poe\nh-index3\n\n1 Papers\n\nLGMar 10, 2022\nA title\n\nAnn Poe\n\nAn abstract.\n",
}
MEMORY = 2 << 30
MARKS = [
    *('"@article{"', '"@string{"', '"ER  - "', '"TY  - JOUR"', '"%0 Journal"', '"PMID- "', '"PT J"', '"<!DOCTYPE "'),
    *('"<!ENTITY "', '"<![CDATA["', '"<record>"', '"\\\\u0000"', '"\\xff\\xfe"', '"\\xef\\xbb\\xbf"', '"$\\\\alpha$"'),
    *('"\\x1f\\x8b"', '"PK\\x03\\x04"', '"et al."', '"1e999"', '"2018-02-31"', '"10.1234/"', '"\\x0d\\x0a"', '"\\x00"'),
]


def seeds(folder: Path) -> None:
    """Write a file for each format, named and not named, and a packed one."""
    for at, format in enumerate(FORMATS):
        content = (SAMPLES | PARTIAL | OTHERS)[format].encode()
        (folder / f"{format}.named").write_bytes(bytes([at]) + content)
        (folder / f"{format}.told").write_bytes(bytes([len(FORMATS)]) + content)
    (folder / "packed").write_bytes(bytes([len(FORMATS)]) + gzip.compress(content))


class Target:
    """What is done with an input; ``path`` is the file that it stands in."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __call__(self, data: bytes) -> None:
        """Read it: everything in it is an item that can be shown and stored, or it is refused by name."""
        choice = data[0] % (len(FORMATS) + 1) if data else 0
        self.path.write_bytes(data[1:])
        try:
            items = list(read_papers(self.path, FORMATS[choice] if choice < len(FORMATS) else None))
        except SourceError as fault:
            self._refused(fault)
            return
        assert items
        for item in items:
            item.model_dump_json().encode()
            if isinstance(item, Paper):
                assert item.title
                assert not any(category(char) in {"Cc", "Cs"} for char in item.title + item.abstract)
            elif isinstance(item, Problem):
                assert self.path.name in item.file
                assert item.reason.isprintable(), item.reason

    def _refused(self, fault: SourceError) -> None:
        assert self.path.name in fault.what, fault.what
        assert fault.hint, fault.what


def main() -> None:
    """Fuzz; libFuzzer ends the process."""
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    runs, seed = sys.argv[1], (*sys.argv[2:], "1")[0]
    with TemporaryDirectory() as folder:
        corpus, marks = Path(folder) / "corpus", Path(folder) / "marks"
        corpus.mkdir()
        seeds(corpus)
        marks.write_text("\n".join(MARKS))
        options = [
            f"-runs={runs}",
            f"-seed={seed}",
            f"-dict={marks}",
            "-max_len=4096",
            "-timeout=20",
            "-rss_limit_mb=0",  # It would count what the process that started this one once took.
        ]
        atheris.Setup(
            [sys.argv[0], *options, f"-artifact_prefix={gettempdir()}/conspectus-", str(corpus)],
            Target(Path(folder) / "input"),
        )
        with suppress(KeyboardInterrupt):
            atheris.Fuzz()


if __name__ == "__main__":
    main()
