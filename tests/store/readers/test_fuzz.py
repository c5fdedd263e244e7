"""A short run of the fuzzing; `make fuzz` does a long one."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.skipif(importlib.util.find_spec("atheris") is None, reason="atheris is not there (Linux on x86-64 alone)")
def test_what_a_fuzzer_makes_of_the_samples_is_read_or_refused() -> None:
    command = [sys.executable, "-m", "tests.store.readers.fuzz", "1500"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, errors="replace", timeout=120)
    assert run.returncode == 0, run.stderr[-4000:]
    assert "Done 1500 runs" in run.stderr
