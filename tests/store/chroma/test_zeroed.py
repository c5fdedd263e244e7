"""What Chroma writes to disk before it fills it holds nothing of before."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
ADDING = (
    "import sys; from pathlib import Path; from tests.store.samples import made; made(Path(sys.argv[1]), 5).close()"
)


@pytest.mark.skipif(sys.platform != "linux", reason="only glibc can be told to fill its memory")
def test_no_memory_of_the_process_stands_in_the_vectors(tmp_path: Path) -> None:
    # glibc fills whatever it gives out with the complement of 165 here, as if that had stood in it before.
    environment = os.environ | {"MALLOC_PERTURB_": "165"}
    subprocess.run([sys.executable, "-c", ADDING, str(tmp_path / "library")], cwd=ROOT, env=environment, check=True)
    (vectors,) = (tmp_path / "library").rglob("data_level0.bin")
    assert vectors.stat().st_size
    assert b"\x5a" * 16 not in vectors.read_bytes()
