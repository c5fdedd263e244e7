"""What an installation costs: CPU seconds, packages and megabytes, of the wheel by pip and of ``make demo``.

It needs a package index, about 1.5 GB in the folder of temporary files, and minutes::

    python -m benchmarks.install wheel
    python -m benchmarks.install demo      # of a clone of what is committed

Megabytes are of files, byte code among them. pip and setuptools, which a new environment has anyway, are not counted.
"""

import os
import re
import resource
import subprocess
import sys
from importlib.metadata import Distribution, distributions
from pathlib import Path
from tempfile import TemporaryDirectory

from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
_OF_THE_ENVIRONMENT = {"pip", "setuptools"}


def read_unused() -> set[str]:
    """Read which packages are asked for and never loaded, as the Makefile lists them."""
    text = (ROOT / "Makefile").read_text(encoding="utf-8").replace("\\\n", " ")
    found = re.search(r"^UNUSED := (.*)$", text, re.M)
    return set(found[1].split()) if found else set()


def measure_sizes(environment: Path) -> dict[str, float]:
    """Measure what each package of an environment takes, in megabytes."""
    folder = next((environment / "lib").glob("python*/site-packages"))
    sizes = {canonicalize_name(of.name): _measure(of) for of in distributions(path=[str(folder)])}
    return {name: size for name, size in sizes.items() if name not in _OF_THE_ENVIRONMENT}


def _measure(of: Distribution) -> float:
    files = (Path(str(file.locate())) for file in of.files or ())
    return sum(file.stat().st_size for file in files if file.is_file()) / 1e6


def measure_folder(folder: Path) -> float:
    """Measure all files below a folder, in megabytes."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file() and not file.is_symlink()) / 1e6


def run(*command: str | Path, cwd: Path) -> None:
    """Run a command as somebody would who has set nothing."""
    env = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONDONTWRITEBYTECODE")}
    subprocess.run(command, cwd=cwd, env=env | {"HOME": str(cwd)}, check=True)


def spend() -> float:
    """Tell the CPU seconds of all processes so far that this one began."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def install_wheel(folder: Path) -> None:
    """Install the wheel into an environment of its own, and print what takes most."""
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], cwd=ROOT, check=True)
    environment = folder / "environment"
    run(sys.executable, "-m", "venv", environment, cwd=folder)
    before = spend()
    run(environment / "bin" / "pip", "-qq", "install", next(folder.glob("*.whl")), cwd=folder)
    sizes, unused = measure_sizes(environment), read_unused()
    needed = {name: size for name, size in sizes.items() if name not in unused}
    print(f"{spend() - before:.0f} CPU-s; {len(sizes)} packages, {sum(sizes.values()):.0f} MB")
    print(f"without those that are never loaded: {len(needed)} packages, {sum(needed.values()):.0f} MB")
    for name, size in sorted(sizes.items(), key=lambda one: -one[1])[:15]:
        print(f"{size:7.1f} MB  {name}{'  (never loaded)' if name in unused else ''}")


def make_demo(folder: Path) -> None:
    """Clone what is committed and run ``make demo``."""
    run("git", "clone", "-q", ROOT, folder / "clone", cwd=folder)
    before = spend()
    run("make", "demo", cwd=folder / "clone")
    print(f"{spend() - before:.0f} CPU-s; .venv has {measure_folder(folder / 'clone' / '.venv'):.0f} MB")


if __name__ == "__main__":
    with TemporaryDirectory() as temporary:
        {"wheel": install_wheel, "demo": make_demo}[sys.argv[1]](Path(temporary))
