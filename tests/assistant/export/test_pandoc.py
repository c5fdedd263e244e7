"""Pandoc makes the same reference of our BibTeX and of our CSL-JSON."""

import subprocess
from pathlib import Path

import pytest

from assistant.export.csl import find_style_file
from assistant.export.library_export import format_papers
from assistant.export.pandoc import find_pandoc
from benchmarks.references import RIS, set_references
from store.paper import Paper
from store.readers import read_bytes

PAPERS = [item for item in read_bytes(RIS.encode(), "kinds.ris", "ris") if isinstance(item, Paper)]
# BibTeX has no type for a preprint: said in docs/formats.md.
NO_PLACE = {"ref-preprint"}


@pytest.mark.skipif(not find_pandoc(), reason="pandoc is not installed (extra: export)")
@pytest.mark.parametrize("style", ["apa", "ieee", "chicago", "vancouver"])
def test_a_reference_is_the_same_from_either_file(style: str, tmp_path: Path) -> None:
    keys = {paper.id: str(paper.extra["citation_key"]) for paper in PAPERS}
    for name, format in (("a.bib", "bibtex"), ("a.json", "csl-json")):
        text = "".join(format_papers(lambda: iter(PAPERS), format, keys))
        (tmp_path / name).write_text(text, encoding="utf-8")
    file = find_style_file(style)
    bib, csl = (set_references(find_pandoc(), name, file, tmp_path) for name in ("a.bib", "a.json"))
    assert len(bib) == len(PAPERS) == 14
    assert {key: line for key, line in bib.items() if key not in NO_PLACE} == {
        key: line for key, line in csl.items() if key not in NO_PLACE
    }


def test_an_old_pandoc_on_the_path_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pypandoc = pytest.importorskip("pypandoc", reason="pandoc is not installed (extra: export)")
    old = tmp_path / "pandoc"
    old.write_text("#!/bin/sh\necho pandoc 1.12\n", encoding="utf-8")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    pypandoc.clean_pandocpath_cache()
    try:
        program = find_pandoc()
        assert "pandoc 3." in subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    finally:
        pypandoc.clean_pandocpath_cache()
