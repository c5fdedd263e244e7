"""Add files that were made to harm, each by a process of its own, and count what breaks, hangs or shows something raw.

    python -m benchmarks.hostile_files [--seconds 120] [--only NAME]

Each kind is added to one library by ``conspectus add``, with 2 GB of address space beyond what starting takes and a
limit of time. It counts as a brick where the library cannot be searched afterwards, as endless where the time runs out,
as raw where an error of Python or a control character reaches the terminal, or a signal ends the process.
"""

import argparse
import gzip
import io
import json
import os
import re
import resource
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[1]
GOOD = '{"title": "A sound paper on rare events", "abstract": "Rare events are simulated.", "id": "sound-1"}\n'
BIBTEX = "@article{{good, title={{A sound paper}}, author={{Ann Lee}}, year={{2020}}{more}}}\n"
# Virtual memory of a process: native libraries reserve far more than they use.
_MEMORY = 12_000_000_000
_CONTROL = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|Traceback \(most recent|Unexpected \w+")

Maker = Callable[[Path], Path]


def _write(name: str, content: bytes) -> Maker:
    def make(folder: Path) -> Path:
        (folder / name).write_bytes(content)
        return folder / name

    return make


def _zip(name: str, members: dict[str, bytes]) -> Maker:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in members.items():
            archive.writestr(member, content)
    return _write(name, buffer.getvalue())


def _tar(name: str, *infos: tuple[str, bytes, str]) -> Maker:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for member, kind, target in infos:
            info = tarfile.TarInfo(member)
            info.type, info.linkname = kind, target
            archive.addfile(info)
    return _write(name, buffer.getvalue())


def _nest_zip(depth: int) -> bytes:
    content = GOOD.encode()
    for number in range(depth):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("papers.jsonl" if not number else "inner.zip", content)
        content = buffer.getvalue()
    return content


def _damage_zip(folder: Path) -> Path:
    path = _zip("damaged.zip", {"papers.jsonl": GOOD.encode() * 100})(folder)
    content = bytearray(path.read_bytes())
    content[40:60] = b"\xff" * 20
    path.write_bytes(content)
    return path


def _loop_links(folder: Path) -> Path:
    (folder / "loop").mkdir()
    (folder / "loop" / "papers.jsonl").write_text(GOOD)
    (folder / "loop" / "again").symlink_to(folder / "loop")
    (folder / "loop" / "self.jsonl").symlink_to("self.jsonl")
    return folder / "loop"


def _make_pipe(folder: Path) -> Path:
    os.mkfifo(folder / "pipe.jsonl")
    return folder / "pipe.jsonl"


def _put_pipe_in_folder(folder: Path) -> Path:
    (folder / "with-pipe").mkdir()
    os.mkfifo(folder / "with-pipe" / "pipe.jsonl")
    (folder / "with-pipe" / "papers.jsonl").write_text(GOOD)
    return folder / "with-pipe"


def _forbid_folder(folder: Path) -> Path:
    (folder / "forbidden").mkdir()
    (folder / "forbidden" / "papers.jsonl").write_text(GOOD)
    (folder / "forbidden").chmod(0)
    return folder / "forbidden"


def _name_with_escapes(folder: Path) -> Path:
    path = folder / "red\x1b[31m\nname\u202e.jsonl"
    path.write_text(GOOD)
    return path


def _name_without_letters(folder: Path) -> Path:
    path = Path(os.fsdecode(os.fsencode(folder) + b"/\xff\xfe.jsonl"))
    path.write_text(GOOD)
    return path


def _nest_folders(folder: Path) -> Path:
    deep = folder / "deep" / Path(*("d" * 20,) * 100)
    deep.mkdir(parents=True)
    (deep / "papers.jsonl").write_text(GOOD)
    return folder / "deep"


LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
KINDS: dict[str, Maker] = {
    "zip bomb of one member": _zip("bomb.zip", {"papers.jsonl": b" " * 300_000_000}),
    "zip of many records": _zip("records.zip", {"papers.csv": b"title\n" + b"a\n" * 3_400_000}),
    "zip of many members": _zip("members.zip", {f"{n}.jsonl": b"{}\n" for n in range(70_000)}),
    "zip in zip, deep": _write("nested.zip", _nest_zip(60)),
    "damaged zip": _damage_zip,
    "zip with names that climb": _zip("climbing.zip", {"../../climbed.jsonl": GOOD.encode(), "/abs.jsonl": b"x"}),
    "zip cut in half": _write("half.zip", _nest_zip(1)[:60]),
    "gzip bomb": _write("bomb.jsonl.gz", gzip.compress(b"0" * 500_000_000)),
    "gzip cut off": _write("cut.jsonl.gz", gzip.compress(GOOD.encode() * 1000)[:80]),
    "tar with links and devices": _tar(
        "links.tar.gz",
        ("link.jsonl", tarfile.SYMTYPE, "/etc/passwd"),
        ("device.jsonl", tarfile.CHRTYPE, ""),
        ("pipe.jsonl", tarfile.FIFOTYPE, ""),
    ),
    "xml of entities": _write("laughs.xml", f'<!DOCTYPE r [<!ENTITY a0 "ha">{LAUGHS}]><r>&a11;</r>'.encode()),
    "xml that reads a file": _write(
        "reading.xml", b'<!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/passwd">]><records><title>&e;</title></records>'
    ),
    "xml that asks the network": _write("asking.xml", b'<!DOCTYPE r SYSTEM "http://dtd.invalid/x.dtd"><records/>'),
    "xml, deep": _write("deep.xml", b"<a>" * 200_000),
    "json, deep": _write("deep.json", b"[" * 2_000_000),
    "json lines, deep": _write("deep.jsonl", b'{"a":' * 100_000 + b"\n" + GOOD.encode()),
    "json with a huge number": _write("number.json", b'[{"title": "A", "year": ' + b"9" * 5_000_000 + b"}]"),
    "a line of 60 MB": _write("line.jsonl", b'{"title": "' + b"x" * 60_000_000 + b'"}\n' + GOOD.encode()),
    "many short lines": _write("lines.txt", b"\n" * 20_000_000),
    "nuls": _write("nuls.bib", b"\0" * 10_000_000),
    "random bytes": _write("random.ris", bytes((n * 2654435761 >> 7) & 255 for n in range(3_000_000))),
    "bibtex with a long number": _write(
        "month.bib", (BIBTEX.format(more=", month = " + "1" * 4301) + BIBTEX.format(more="")).encode()
    ),
    "bibtex with open braces": _write("braces.bib", b"@article{a, title={" + b"{" * 1_000_000),
    "authors without end": _write("authors.bib", BIBTEX.format(more=", note={" + "et al. " * 50_000 + "}").encode()),
    "csv of one huge row": _write("row.csv", b"title,abstract\n" + b"a," * 5_000_000),
    "escapes in every field": _write(
        "escapes.jsonl",
        (json.dumps({"title": "Red \x1b[31m \x1b]0;owned\x07 \u202e", "abstract": "\x9b31m", "id": "\x1b"})).encode(),
    ),
    "links that loop": _loop_links,
    "pipe": _make_pipe,
    "folder with a pipe": _put_pipe_in_folder,
    "endless device": lambda folder: Path("/dev/zero"),
    "folder that is forbidden": _forbid_folder,
    "name with escapes": _name_with_escapes,
    "name that is no text": _name_without_letters,
    "folders, deep": _nest_folders,
}


def run(*args: str | Path, seconds: float) -> tuple[int | None, bytes]:
    """Run a command and return its exit code, None where the time ran out, and what it wrote."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "assistant", *map(str, args)]
    process = subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY)),
    )
    try:
        written, _ = process.communicate(timeout=seconds)
        return process.returncode, written
    except subprocess.TimeoutExpired:
        process.kill()
        return None, process.communicate()[0]


def judge(name: str, folder: Path, library: Path, seconds: float) -> str:
    """Add a file of one kind, search, and say what went wrong; "" for nothing."""
    file = KINDS[name](folder)
    code, written = run("add", file, "--library", library, seconds=seconds)
    if code is None:
        return "endless"
    if code not in (0, 1, 2) or _CONTROL.search(written):
        return f"raw ({code}): {written[-300:]!r}"
    code, found = run("search", "rare events", "--library", library, seconds=seconds)
    return "" if code == 0 and b"sound paper" in found else f"brick ({code}): {found[-300:]!r}"


def main() -> int:
    """Run every kind, and print what each did."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--only", default="")
    args = parser.parse_args()
    faults = 0
    with TemporaryDirectory() as place:
        library, first = Path(place, "library"), Path(place, "sound.jsonl")
        first.write_text(GOOD)
        run("add", first, "--library", library, seconds=args.seconds)
        names = [name for name in KINDS if args.only in name]
        for number, name in enumerate(names):
            folder = Path(place, str(number))
            folder.mkdir()
            fault = judge(name, folder, library, args.seconds)
            faults += bool(fault)
            print(f"{'✗' if fault else '✓'} {name} {fault}".rstrip(), flush=True)
        code, _ = run("doctor", "--library", library, seconds=args.seconds)
        print(f"{len(names) - faults} of {len(names)} did no harm; doctor ends with {code}")
    return faults


if __name__ == "__main__":
    sys.exit(bool(main()))
