import shutil
from pathlib import Path

from tests.assistant.cli.running import Run


def test_a_sound_library_passes(run: Run, built: Path) -> None:
    done = run("doctor", library=built)
    assert done.code == 0
    assert done.out.count("✓")
    assert "✗" not in done.out
    assert all(check["ok"] for check in run("doctor", "--json", library=built).json)


def test_damage_is_named_and_mended(run: Run, sample: Path) -> None:
    shutil.rmtree(sample / "index")
    done = run("doctor", library=sample)
    assert done.code == 1
    assert "✗" in done.out
    assert "conspectus doctor --repair" in done.out
    assert run("doctor", "--repair", library=sample).code == 0


def test_vectors_can_be_made_anew(run: Run, sample: Path, hashed: None) -> None:
    done = run("doctor", "--re-embed", library=sample)
    assert done.code == 0
    assert "Gave 45 papers a new vector." in done.err
