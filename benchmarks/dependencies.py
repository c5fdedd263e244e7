"""What Conspectus is installed with: releases, licences, sizes, who asks for it; writes docs/dependencies.md.

Everything is read from what is installed, so run it in the environment that the pins make::

    make licences        # python -m benchmarks.dependencies

A test compares the page with the installed packages, so a release that comes with another licence is noticed.
"""

import sys
import tomllib
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import NamedTuple

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "dependencies.md"
BEGIN, END = "<!-- packages -->", "<!-- end of packages -->"
# What the authors of a package write for a licence, in the words of SPDX.
SPDX = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache License, Version 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
FREE = ("0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "CNRI-Python", "ISC", "MIT", "MIT-CMU")
"""Licences that ask for a notice at the most."""
WEAK = ("MPL-2.0", "PSF-2.0", "Zlib")
"""Licences that bind changes of the package itself, or ask for little more than a notice."""
_NATIVE = (".so", ".pyd", ".dylib")


class Package(NamedTuple):
    """An installed package.

    Attributes:
        name: As indexes write it.
        release: The release that is installed.
        licence: In the words of SPDX where they are known.
        native: Whether it runs code that is not Python.
        megabytes: What its files take, byte code aside.
        parents: Who asks for it; "conspectus" for what pyproject.toml names.
    """

    name: str
    release: str
    licence: str
    native: bool
    megabytes: float
    parents: tuple[str, ...]


def list_packages() -> list[Package]:
    """List what a plain install brings here, by name."""
    parents: dict[str, set[str]] = {}
    waiting = [("conspectus", Requirement(line)) for line in read_requirements()]
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        parent, needed = waiting.pop()
        name = canonicalize_name(needed.name)
        parents.setdefault(name, set()).add(parent)
        if (name, frozenset(needed.extras)) in seen:
            continue
        seen.add((name, frozenset(needed.extras)))
        waiting += [(name, below) for below in _list_requirements(distribution(name), needed.extras)]
    return [_describe(name, tuple(sorted(of))) for name, of in sorted(parents.items())]


def read_requirements() -> list[str]:
    """Read what pyproject.toml asks for at run time."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [str(line) for line in project["dependencies"]]


def _list_requirements(of: Distribution, extras: set[str]) -> list[Requirement]:
    needed = [Requirement(line) for line in of.requires or ()]
    names = ("", *extras)
    return [one for one in needed if not one.marker or any(one.marker.evaluate({"extra": name}) for name in names)]


def _describe(name: str, parents: tuple[str, ...]) -> Package:
    of = distribution(name)
    files = [file for file in of.files or () if file.suffix != ".pyc"]
    native = any(file.suffix in _NATIVE or ".so." in file.name for file in files)
    sizes = (Path(str(file.locate())) for file in files)
    size = sum(path.stat().st_size for path in sizes if path.is_file())
    return Package(name, of.version, find_licence(of), native, size / 1e6, parents)


def find_licence(of: Distribution) -> str:
    """Find the licence of a package: its own expression, else its classifier, else the first line that it wrote."""
    about = of.metadata
    expressions, lines = about.get_all("License-Expression") or [], about.get_all("Classifier") or []
    classifiers = [line.split("::")[-1].strip() for line in lines if "License ::" in line]
    written = [text.strip().partition("\n")[0] for text in about.get_all("License") or []]
    for text in (*expressions, *classifiers, *written):
        if text and text != "OSI Approved":
            return SPDX.get(str(text), str(text))
    return ""


def is_known(licence: str) -> bool:
    """Say whether every licence of an expression is one of those above; of those joined by OR one is enough."""
    choices = [choice.strip(" ()") for choice in licence.replace("(", "").replace(")", "").split(" AND ")]
    return bool(licence) and all(any(one in FREE + WEAK for one in choice.split(" OR ")) for choice in choices)


def write_table(packages: list[Package]) -> str:
    """Write the table of packages as Markdown."""
    rows = [
        f"| {one.name} | {one.release} | {one.licence} | {'native' if one.native else ''} | {', '.join(one.parents)} |"
        for one in packages
    ]
    return "\n".join(("| package | release | licence | code | asked for by |", "|---|---|---|---|---|", *rows))


def write_page(packages: list[Package]) -> str:
    """Write the page again, with the table of today; the text around it stays."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    return f"{before}{BEGIN}\n{write_table(packages)}\n{END}{rest.partition(END)[2]}"


def main() -> int:
    """Write the page, and print what takes most room; 1 where a licence is not known."""
    try:
        packages = list_packages()
    except PackageNotFoundError as error:
        print(f"{error} is not installed; run it where the pins are (make setup).", file=sys.stderr)
        return 1
    PAGE.write_text(write_page(packages), encoding="utf-8")
    total = sum(one.megabytes for one in packages)
    print(f"{len(packages)} packages, {total:.0f} MB without byte code")
    for one in sorted(packages, key=lambda one: -one.megabytes)[:12]:
        print(f"{one.megabytes:7.1f} MB  {one.name} ({', '.join(one.parents)})")
    unknown = [f"{one.name}: {one.licence or 'none'}" for one in packages if not is_known(one.licence)]
    print(*(f"not known: {line}" for line in unknown), sep="\n")
    return bool(unknown)


if __name__ == "__main__":
    sys.exit(main())
