import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.drafts.citations import BibEntry, read_entries

BIB = r"""
% a comment
@string{j = "Journal"}
@comment{@article{not, title={Not}}}
@Article{poe2020,
  author = {Poe, Ann},
  title  = {The {G}r{\"o}bner bases of \emph{things}},
  booktitle = {Not this},
  doi = {https://doi.org/10.1145/ABC},
}
@misc(roe, title = "A {\"q} quoted one", eprint = {2203.05482v2}, year=2022)
@book{bare,title=Word,year=1999}
@article{poe2020, title={A second of this key}}
@article{broken, title={never closed
@article{after, title={Whole}}
"""


def test_title_doi_and_arxiv_id_by_key() -> None:
    found = read_entries(BIB)
    assert found["poe2020"] == BibEntry("The Gröbner bases of things", "10.1145/abc")
    assert found["roe"].arxiv == "2203.05482"
    assert found["bare"] == BibEntry("Word")
    assert found["broken"] == BibEntry()
    assert found["after"] == BibEntry("Whole")


@given(st.one_of(st.text(), st.text(alphabet='@{}(),="\\ \ntitledoxy', max_size=200)))
def test_any_text_is_read(text: str) -> None:
    assert all(key and entry.title == entry.title.strip() for key, entry in read_entries(text).items())


@pytest.mark.parametrize("piece", ["@a{", "@a{b,", "@a{b, title={", "{", "title = ", '@a{b,title="'])
def test_long_files_take_linear_time(piece: str) -> None:
    assert len(read_entries(piece * 20_000)) <= 1
