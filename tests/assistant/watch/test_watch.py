"""What can be watched, and what cannot."""

from pathlib import Path

import pytest

from assistant.watch.sources import check_kind
from assistant.watch.watch import Watch, WatchKind
from store.errors import InputError


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ('arxiv:query  "cat:stat.ML"', 'arxiv:query "cat:stat.ML"'),
        ("PubMed:query asthma[mh]", "pubmed:query asthma[mh]"),
        ("https://openalex.org/A5023888391", "openalex:author/A5023888391"),
    ],
)
def test_a_query_or_an_author_is_of_a_provider(text: str, source: str) -> None:
    watch = Watch.parse(text)
    assert (watch.kind, watch.source, watch.limit) == (WatchKind.PROVIDER, source, 200)


def test_a_folder_and_a_file_have_their_whole_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.bib").touch()
    monkeypatch.chdir(tmp_path)
    assert Watch.parse("in").source == str(tmp_path / "in")
    assert Watch.parse("in/a.bib", 5) == Watch.parse(str(tmp_path / "in" / "a.bib"), 5)
    assert Watch.parse("in").kind is WatchKind.FOLDER


def test_the_same_source_has_the_same_id_and_another_has_not() -> None:
    ids = [Watch.parse(text).id for text in ("arxiv:query a", "arxiv:query  a", "arxiv:query b")]
    assert ids[0] == ids[1] != ids[2]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("2203.05482", "is one paper, of which nothing new comes"),
        ("no/such/folder", "is no folder or file that is there, and no query"),
        ("", "is no folder"),
        ("a\0b", "is no folder"),
        ("x" * 5000, "is no folder"),
        ("arxiv:query", "has to be followed by a query"),
    ],
)
def test_what_cannot_be_watched_is_said(text: str, what: str) -> None:
    with pytest.raises(InputError, match=what) as raised:
        Watch.parse(text)
    assert len(str(raised.value)) < 600


def test_no_paper_at_a_time_is_refused() -> None:
    with pytest.raises(InputError, match="0 papers"):
        Watch.parse("arxiv:query a", 0)


def test_a_kind_that_nobody_reads_is_refused() -> None:
    with pytest.raises(InputError, match="zotero source cannot be watched yet"):
        check_kind(Watch.parse("zotero:Reading list"))
