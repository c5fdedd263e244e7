"""Types of works, between the words of formats and those of CSL."""

import pytest

from store.work_types import TYPES, read_type, write_type


@pytest.mark.parametrize(
    ("format", "words", "kind"),
    [
        ("bibtex", ["article"], "article-journal"),
        ("bibtex", ["inproceedings"], "paper-conference"),
        ("bibtex", ["mastersthesis"], "thesis"),
        ("csl-json", ["article"], "article"),
        ("ris", ["CHAP"], "chapter"),
        ("ris", ["UNPB"], "article"),
        ("refer", ["Edited Book"], "book"),
        ("endnote-xml", ["Conference Paper"], "paper-conference"),
        ("csv", ["journalArticle"], "article-journal"),
        ("csv", ["JOUR"], "article-journal"),
        ("wos", ["Article; Proceedings Paper"], "paper-conference"),
        ("nbib", ["Journal Article", "Review"], "article-journal"),
        ("nbib", ["Journal Article", "Preprint"], "article"),
        ("crossref", ["posted-content"], "article"),
        ("crossref-xml", ["journal_article"], "article-journal"),
        ("openalex", ["dissertation"], "thesis"),
        ("semantic-scholar", ["JournalArticle", "Conference"], "paper-conference"),
        ("csv", ["Something of its own"], ""),
        ("csv", [], ""),
    ],
)
def test_the_words_of_a_format_are_read(format: str, words: list[str], kind: str) -> None:
    assert read_type(words, format) == kind


@pytest.mark.parametrize(
    ("kind", "bibtex", "ris", "endnote"),
    [
        ("article-journal", "article", "JOUR", "Journal Article"),
        ("paper-conference", "inproceedings", "CPAPER", "Conference Paper"),
        ("thesis", "phdthesis", "THES", "Thesis"),
        ("treaty", "", "", ""),
    ],
)
def test_the_first_word_of_a_format_is_written(kind: str, bibtex: str, ris: str, endnote: str) -> None:
    assert [write_type(kind, format) for format in ("bibtex", "ris", "endnote")] == [bibtex, ris, endnote]


@pytest.mark.parametrize("format", ["bibtex", "ris", "endnote"])
def test_what_is_written_is_read_again(format: str) -> None:
    words = {kind: write_type(kind, format) for kind in TYPES}
    assert {kind: read_type([word], format) for kind, word in words.items() if word and kind != "article"} == {
        kind: kind for kind, word in words.items() if word and kind != "article"
    }
