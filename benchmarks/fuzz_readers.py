"""Whether a changed file breaks a reader or holds it up: a seeded fuzz over all readers, and over what writes.

    python -m benchmarks.fuzz_readers [CASES] [--seed N] [--from N] [--limit SECONDS] [--case NUMBER] [NAME ...]

Each case takes a sample of a format (those of the tests; where ../shared/formats is there, its files of up to 30 kB and
the first 30 kB of the others), changes it by one to six mutations (bytes, lines, values, digits, nesting, repetition,
marks of other formats, encodings, packing) and reads it: by the reader of its format, of another, or of the one that
the content tells. Every third case is written in all formats, too. Counted are exceptions that are no refusal in words,
each kind by where it was raised, and cases that take more CPU than ``--limit``, which are stopped at four times that.
``--case`` repeats one and leaves its bytes in ``fuzz-case``; a case is the same each time. NAME are formats to begin
from. It runs on one core; ``--from`` parts the cases between several.
"""

import argparse
import gzip
import io
import signal
import sys
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import process_time
from types import FrameType

from assistant.export.library_export import FORMATS as WRITTEN
from assistant.export.library_export import format_papers
from benchmarks.corpora import SHARED
from store.citation_keys import citation_keys
from store.errors import ConspectusError
from store.paper import Paper, Problem
from store.readers import FORMATS, read_bytes, read_papers
from tests.store.readers.samples import PARTIAL, SAMPLES

OTHERS = {
    "jsonl": '{"title": "On soup", "abstract": "We cook.", "authors": ["Ann Poe"], "date": "2018-05"}\n',
    "listing": "Ann Poe\nh-index3\n\n1 Papers\n\nLGMar 10, 2022\nA title\n\nAnn Poe\n\nAn abstract.\n",
}
LARGEST = 30_000
LONGEST = 100_000
MARKS = [
    *(b"@article{", b"@string{", b"@comment{", b"crossref = {", b"month = ", b"year = ", b"ER  - ", b"TY  - JOUR"),
    *(b"%0 Journal", b"PMID- ", b"PT J", b"<!DOCTYPE ", b"<!ENTITY ", b"<![CDATA[", b"<record>", b"</", b"\\u0000"),
    *(b"\\ud800", b"\xff\xfe", b"\xef\xbb\xbf", b"$\\alpha$", b"\\frac{", b"\\'", b"\x1f\x8b", b"PK\x03\x04"),
    *(b"et al.", b"1e999", b"NaN", b"-Infinity", b"null", b"true", b"[]", b"{}", b'""', b"2018-02-31", b"0000-00-00"),
    *(b"10.1234/", b"\r\n", b"\x00", b"\xe2\x80\xa8", b"\xf0\x9f\x99\x82", b" and ", b"; ", b",", b"{", b"}", b'"'),
    *(b"https://", b"arXiv:", b"\t", b"\x0c", b"\x1b[31m", b"<", b">", b"&#x110000;", b"&amp;", b"\\", b"$", b"1-9999"),
    *(b"<!--", b"-->", b"<?xml ", b"?>", b" ", b"a", b"1", b"-", b".", b":", b"(", b")", b"\n", b"Aa", b"1234-567X"),
    *("²".encode(), "١٢٣".encode(), "½".encode(), "⁷".encode(), "\u2028".encode(), "ﬁ".encode(), "\u202e".encode()),
]
NESTS = [
    *((b"[", b"]"), (b"{", b"}"), (b'{"a":', b"}"), (b"<a>", b"</a>"), (b"(", b")"), (b"$", b"$")),
    *((b"\\textbf{", b"}"), (b'"', b'"'), (b"<!--", b"-->"), (b"\\begin{a}", b"\\end{a}")),
]
CODECS = ("utf-16", "utf-32", "latin-1", "cp1251", "shift-jis", "utf-7", "utf-16-le")


class _TooSlow(Exception):
    """A case was stopped."""


def list_seeds() -> list[tuple[str, bytes]]:
    """List the samples: the name of a format, "" for one that the content has to tell, and the file."""
    seeds = [(name, text.encode()) for name, text in (OTHERS | SAMPLES | PARTIAL).items()]
    if (SHARED / "formats").is_dir():
        files = sorted(path for path in (SHARED / "formats").glob("*/*") if path.is_file())
        seeds += [("", data) for path in files if (data := path.read_bytes()[:LARGEST])]
    return seeds


def mutate(draw: Random, data: bytes, seeds: list[tuple[str, bytes]]) -> bytes:
    """Change a file by one to six mutations."""
    for _ in range(draw.choice((1, 1, 2, 2, 3, 4, 6))):
        data = draw.choice(MUTATIONS)(draw, data, seeds)[:LONGEST]
    return data


Seeds = list[tuple[str, bytes]]


def _flip(draw: Random, data: bytes, seeds: Seeds) -> bytes:
    changed = bytearray(data or b" ")
    for _ in range(draw.randint(1, 8)):
        changed[draw.randrange(len(changed))] = draw.randrange(256)
    return bytes(changed)


def _span(draw: Random, data: bytes, most: int = 200) -> tuple[int, int]:
    start = draw.randint(0, len(data))
    return start, min(len(data), start + draw.randint(0, most))


def _delete(draw: Random, data: bytes, seeds: Seeds) -> bytes:
    start, end = _span(draw, data)
    return data[:start] + data[end:]


def _cut(draw: Random, data: bytes, seeds: Seeds) -> bytes:
    return data[: draw.randint(0, len(data))]


def _draw_unit(draw: Random) -> bytes:
    return b"".join(draw.choices(MARKS, k=draw.choice((1, 1, 2, 3))))


def _insert_mark(draw: Random, data: bytes, seeds: Seeds) -> bytes:
    place = draw.randint(0, len(data))
    return data[:place] + _draw_unit(draw) + data[place:]


def _repeat(draw: Random, data: bytes, seeds: Seeds) -> bytes:
    start, end = _span(draw, data, draw.choice((1, 2, 8, 40)))
    piece = data[start:end] or _draw_unit(draw)
    return data[:start] + piece * draw.choice((2, 3, 50, max(1, 20_000 // len(piece)))) + data[end:]


def _repeat_mark(draw: Random, data: bytes, seeds: Seeds) -> bytes:
    place, mark = draw.randint(0, len(data)), _draw_unit(draw)
    return data[:place] + mark * draw.choice((10, 500, max(1, 20_000 // len(mark)))) + data[place:]


def _digits(draw: Random, data: bytes, seeds: Seeds) -> bytes:
    places = [place for place, byte in enumerate(data) if 48 <= byte <= 57]
    if not places:
        return data
    start = draw.choice(places)
    end = start + 1
    while end < len(data) and 48 <= data[end] <= 57:
        end += 1
    number = draw.choice((b"0", b"-1", b"13", b"99", b"1e400", b"9" * 20, b"7" * 4301, b"1" * 20_000, b"0.5", b"0x1f"))
    return data[:start] + number + data[end:]


def _nest(draw: Random, data: bytes, seeds: Seeds) -> bytes:
    start, end = _span(draw, data)
    left, right = draw.choice(NESTS)
    depth = draw.choice((2, 60, 1000, 20_000 // len(left + right)))
    return data[:start] + left * depth + data[start:end] + right * draw.choice((depth, depth - 1, 0)) + data[end:]


def _lines(draw: Random, data: bytes, seeds: Seeds) -> bytes:
    lines = data.splitlines(keepends=True) or [b""]
    place = draw.randrange(len(lines))
    line = lines.pop(place)
    lines[(other := draw.randint(0, len(lines))) : other] = [line] * draw.choice((0, 1, 2, 100))
    return b"".join(lines)


def _value(draw: Random, data: bytes, seeds: Seeds) -> bytes:
    """Put another value in the place of one between quotes, braces or tags, or behind a tag."""
    marks = [place for place, byte in enumerate(data) if byte in b'"{}>-:=']
    if len(marks) < 2:
        return data
    at = draw.randrange(len(marks) - 1)
    return data[: marks[at] + 1] + _draw_unit(draw) * draw.choice((0, 1, 1, 2)) + data[marks[at + 1] :]


def _splice(draw: Random, data: bytes, seeds: Seeds) -> bytes:
    other = draw.choice(seeds)[1]
    start, end = _span(draw, other, 500)
    place = draw.randint(0, len(data))
    return data[:place] + other[start:end] + data[place:]


def _join(draw: Random, data: bytes, seeds: Seeds) -> bytes:
    return data + draw.choice((b"", b"\n", b"\n\n")) + draw.choice(seeds)[1]


def _encode(draw: Random, data: bytes, seeds: Seeds) -> bytes:
    return data.decode(errors="replace").encode(draw.choice(CODECS), errors="replace")


def _pack(draw: Random, data: bytes, seeds: Seeds) -> bytes:
    if draw.random() < 0.5:
        return gzip.compress(data, mtime=0)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(draw.randint(1, 3)):
            archive.writestr(zipfile.ZipInfo(f"{number}.txt"), data)
    return packed.getvalue()


MUTATIONS: tuple[Callable[[Random, bytes, Seeds], bytes], ...] = (
    *(_flip, _delete, _cut, _insert_mark, _insert_mark, _repeat, _repeat_mark, _digits, _digits, _nest, _lines, _lines),
    *(_value, _value, _value, _splice, _join, _encode, _pack),
)


def build_case(seed: int, number: int, seeds: Seeds, names: list[str]) -> tuple[str | None, bytes, bool]:
    """Build a case: the format to read it as, None for that of the content; its bytes; whether it is written, too."""
    draw = Random(f"{seed}:{number}")
    name, data = draw.choice([seed for seed in seeds if not names or seed[0] in names])
    data = mutate(draw, data, seeds)
    format = draw.choice((name, name, name, None, draw.choice(FORMATS))) or None
    return format, data, number % 3 == 0


def run_case(path: Path, format: str | None, data: bytes, writes: bool) -> None:
    """Read a case, and write what was read."""
    if format is None:
        path.write_bytes(data)
    items = list(read_papers(path) if format is None else read_bytes(data, "case", format))
    for item in items:
        item.model_dump_json().encode()
        if isinstance(item, Problem) and not item.reason.isprintable():
            raise ValueError("a reason that cannot be shown")
    papers = list({item.id: item for item in items if isinstance(item, Paper)}.values())
    if writes:
        for name in WRITTEN:
            "".join(format_papers(lambda: iter(papers), name, citation_keys(papers))).encode()


def name_kind(error: BaseException) -> str:
    """Name an exception by its class and the innermost places of ours."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in frames if "/site-packages/" not in f.filename]
    return f"{type(error).__name__}({str(error)[:80]!r}) at {' < '.join(reversed(ours[-3:]))}"


def measure_case(path: Path, case: tuple[str | None, bytes, bool], limit: float) -> tuple[float, str]:
    """Run a case; the CPU seconds that it took, and the kind of what it raised, "" for nothing but refusals."""
    start, kind = process_time(), ""
    signal.setitimer(signal.ITIMER_VIRTUAL, limit * 4)
    try:
        run_case(path, *case)
    except (_TooSlow, ConspectusError):
        pass
    except Exception as error:
        kind = name_kind(error)
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return process_time() - start, kind


def _stop(number: int, frame: FrameType | None) -> None:
    raise _TooSlow


def _list_cases(options: argparse.Namespace) -> Iterator[int]:
    yield from range(options.start, options.start + options.cases) if options.case is None else [options.case]


def main() -> None:
    """Print each kind of exception with the first case of it, the slow cases, and how many cases there were."""
    parser = argparse.ArgumentParser()
    parser.add_argument("cases", type=int, nargs="?", default=10_000)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--from", type=int, default=0, dest="start")
    parser.add_argument("--limit", type=float, default=1.0)
    parser.add_argument("--case", type=int)
    options = parser.parse_args()
    signal.signal(signal.SIGVTALRM, _stop)
    seeds, kinds, slow, slowest, count = list_seeds(), Counter[str](), 0, 0.0, 0
    with TemporaryDirectory() as folder:
        for number in _list_cases(options):
            case = build_case(options.seed, number, seeds, options.names)
            if options.case is not None:
                Path("fuzz-case").write_bytes(case[1])
            seconds, kind = measure_case(Path(folder) / "case", case, options.limit)
            slowest, count = max(slowest, seconds), count + 1
            if kind and not kinds[kind]:
                print(f"case {number} ({case[0]}): {kind}", flush=True)
            kinds[kind] += bool(kind)
            if seconds > options.limit:
                slow += 1
                print(f"case {number} ({case[0]}, {len(case[1]):,} bytes): {seconds:.2f} s", flush=True)
            if count % 2_000 == 0:
                print(f"{count:,} cases", file=sys.stderr, flush=True)
    for kind, times in kinds.most_common():
        print(f"{times:,} × {kind}" if kind else "", end="\n" if kind else "")
    raised = sum(kinds.values())
    print(
        f"{count:,} cases: {raised} exceptions, {slow} slower than {options.limit} s; the slowest {slowest:.2f} CPU-s"
    )


if __name__ == "__main__":
    main()
