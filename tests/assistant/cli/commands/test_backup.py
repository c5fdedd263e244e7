from pathlib import Path

from tests.assistant.cli.running import Run


def test_a_library_goes_into_a_file_and_comes_back(run: Run, sample: Path, tmp_path: Path) -> None:
    file, new = tmp_path / "b.zip", tmp_path / "new"
    done = run("backup", str(file), library=sample)
    assert (done.code, done.out) == (0, f"Written: {file} (45 papers)\n")
    assert run("backup", str(file), library=sample).code == 2
    done = run("restore", str(file), library=new)
    assert (done.code, done.out) == (0, f"Restored 45 papers to {new}.\n")
    assert run("papers", library=new).out == run("papers", library=sample).out
    assert run("restore", str(file), library=new).code == 2
    done = run("restore", str(file), "--replace", "--json", library=new)
    assert (done.code, done.json["papers"]) == (0, 45)
    assert (tmp_path / "new-before-1").is_dir()


def test_a_damaged_store_is_read_from_the_index_with_a_word(run: Run, sample: Path) -> None:
    listed = run("papers", library=sample).out
    for file in (sample / "chroma").glob("*.sqlite3"):
        file.write_bytes(b"no database " * 1000)
    done = run("papers", library=sample)
    assert (done.code, done.out) == (0, listed)
    assert "45 papers are read from the index. Run: conspectus doctor --repair." in done.err
    done = run("doctor", "--repair", library=sample)
    assert done.code == 0
    assert "the store was built again from 45 papers of the index" in done.out
    assert "are read from the index" not in run("papers", library=sample).err
