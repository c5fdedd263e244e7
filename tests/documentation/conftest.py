"""The folder in which a page is read: a library of the sample, and the files that pages speak of."""

import gzip
import os
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.client import Assistant
from assistant.testing import FakeOpenAIServer, FakeZotero, fake_openai_server, fake_zotero, judges
from assistant.testing.reply import Message, Said
from tests.assistant.report.writing import copying
from tests.assistant.verify import tiny_onnx
from tests.documentation.shell import Shell

# Two records of one title with two DOIs, which no rule may join, and one that PubMed has, too.
MORE = """
@article{poe2013blue, title={Blue light therapy of acne}, author={Poe, Ann}, year={2013}, doi={10.1111/bjd.12186},
  pmid={12817196}, abstract={Blue light cleared acne in 12 of 20 patients. No patient left the study.}}
@article{roe2020ponds, title={On Ponds and Their Frogs}, author={Roe, Bo}, year={2020}, doi={10.1000/a}}
@inproceedings{roe2019ponds, title={On Ponds and Their Frogs}, author={Roe, Bo}, year={2019}, doi={10.1000/b},
  booktitle={Proceedings of Ponds}}
"""
NBIB = """
PMID- 12817196
TI  - Blue light therapy of acne
AB  - Blue light cleared acne in 12 of 20 patients. No patient left the study.
FAU - Poe, Ann
DP  - 2013
AID - 10.1111/bjd.12186 [doi]
PT  - Journal Article
"""
ARXIV = (
    '{"id": "2401.00001", "title": "Frogs in Ponds", "abstract": "We count frogs in ponds.", "categories": "cs.LG", '
    '"authors_parsed": [["Poe", "Ann", ""]], "versions": [{"created": "Mon, 1 Jan 2024 00:00:00 GMT"}], '
    '"update_date": "2024-01-02"}\n'
)
DRAFT = (
    "Model soups average the weights of several models [@wortsman2022model].\n"
    "The ViT-G model soup attains 90.94% top-1 accuracy on ImageNet [@wortsman2022model].\n"
)
LATEX = (
    "\\documentclass{article}\\begin{document}\n"
    "The ViT-G model attains 90.94\\% top-1 accuracy on ImageNet \\cite{wortsman2022model}.\n\\end{document}\n"
)


@pytest.fixture(scope="session")
def library_files(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files that readers would have from elsewhere."""
    folder = tmp_path_factory.mktemp("files")
    (folder / "exports").mkdir()
    with Assistant.open(built) as opened:
        opened.papers.save(folder / "library.bib")
        opened.papers.save(folder / "papers.jsonl")
        opened.papers.save(folder / "exports" / "scopus.ris", year_from=2024)
    shutil.copy(folder / "library.bib", folder / "references.bib")
    ris = (folder / "exports" / "scopus.ris").read_text(encoding="utf-8")
    with (folder / "library.bib").open("a", encoding="utf-8") as bib:
        bib.write(MORE)
    for name in ("library.ris", "strange.txt"):
        (folder / name).write_text(ris, encoding="utf-8")
    with zipfile.ZipFile(folder / "savedrecs.zip", "w") as packed:
        packed.writestr("savedrecs.ris", ris)
    for name, text in {
        "pubmed.nbib": NBIB,
        "other.toml": '[[item]]\nmodel = "openai:gpt-4o-mini"\nquestion = "Which papers study fairness?"\n',
        "arxiv-metadata.json": ARXIV,
        "draft.md": DRAFT,
        "chapter.md": DRAFT,
        "paper.tex": LATEX,
        "sentence.txt": "The ViT-G model attains 90.94% top-1 accuracy on ImageNet.",
    }.items():
        (folder / name).write_text(text, encoding="utf-8")
    tiny_onnx.write_folder(folder / "models" / "nli")
    (folder / "pubmed.nbib.gz").write_bytes(gzip.compress(NBIB.encode()))
    return folder


def copy_or_pass(messages: list[Message]) -> Said:
    """What an honest model writes: a sentence of each abstract that it is shown."""
    return copying(messages) or "None of the abstracts says so."


@pytest.fixture
def model() -> Iterator[FakeOpenAIServer]:
    """The model that stands in for every one that a page names, and the address of all providers of papers."""
    judging = judges.always("says")
    with fake_openai_server(judges.judge_chat(judging, copy_or_pass), decide=judges.judge_decisions(judging)) as server:
        yield server


@pytest.fixture
def zotero() -> Iterator[FakeZotero]:
    """A Zotero with a collection, a tag and a group."""
    with fake_zotero() as running:
        key = running.library.add_collection("Weight averaging")
        running.library.add_items([{"title": "Averaging Weights", "collections": [key], "tags": [{"tag": "read"}]}])
        running.library.add_collection("Reports")
        running.add_group(123, "Reading club").add_items([{"title": "Reading in Clubs"}])
        yield running


@pytest.fixture
def shell(
    built: Path,
    library_files: Path,
    model: FakeOpenAIServer,
    zotero: FakeZotero,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Shell:
    """A shell in such a folder, in which no setting is the machine's own."""
    for name in os.environ:
        if name.startswith(("CONSPECTUS_", "LANGCHAIN_", "LANGSMITH_", "OPENAI_")):
            monkeypatch.delenv(name)
    folder = tmp_path / "folder"
    shutil.copytree(library_files, folder)
    for library in (tmp_path / "library", folder / "my-library"):
        shutil.copytree(built, library)
    monkeypatch.chdir(folder)
    prices = tmp_path / "config" / "conspectus" / "prices.toml"
    prices.parent.mkdir(parents=True)
    prices.write_text('as_of = "2026-11"\n[prices]\n"gpt-4o-mini" = [0.15, 0.60]\n', encoding="utf-8")
    providers = ("ARXIV", "OPENALEX", "CROSSREF", "S2", "PUBMED")
    for name, value in {
        "HOME": str(tmp_path / "home"),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "CONSPECTUS_LIBRARY": str(tmp_path / "library"),
        "CONSPECTUS_TIMEOUT": "120",
        "CONSPECTUS_STALL": "120",
        "CONSPECTUS_ZOTERO_LOCAL_URL": zotero.local_url,
        "OPENAI_API_KEY": "sk-none",
        **{f"CONSPECTUS_PROVIDERS_{provider}_URL": model.base_url for provider in providers},
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("assistant.settings.OPENAI", model.base_url)
    return Shell(monkeypatch, model.base_url)
