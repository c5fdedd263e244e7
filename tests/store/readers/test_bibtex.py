"""BibTeX and biblatex: what people's files hold beside well-formed entries."""

import pytest

from tests.store.readers.reading import Read, doubts, lost, papers


def test_keys_may_be_missing_or_stand_twice(read: Read) -> None:
    items = read("@article{, title={A}}\n@article{, title={B}}\n@book{k, title={C}}\n@book{k, title={D}}\n")
    assert [paper.title for paper in papers(items)] == ["A", "B", "C", "D"]
    assert lost(items) == []


def test_macros_and_pieces_are_put_together(read: Read) -> None:
    text = '@string{a = "Proc. "}\n@STRING{b = a # {of }}\n@article(x, title = B # "Soups" # { } # 2018, year = 1999)\n'
    (paper,) = papers(read(text))
    assert (paper.title, paper.date) == ("Proc. of Soups 2018", "1999")


def test_a_macro_of_itself_ends(read: Read) -> None:
    assert len(papers(read("@string{a = b}\n@string{b = a}\n@article{x, title = a # {T}}"))) == 1


def test_a_crossref_gives_what_is_missing(read: Read) -> None:
    text = """@inproceedings{child, crossref = {PARENT}, title = {Child}}
@proceedings{parent, title = {The Meeting}, year = 2001, doi = {10.1234/whole}, crossref = {child}}"""
    child, parent = papers(read(text))
    assert (child.venue, child.date, child.identifiers) == ("The Meeting", "2001", {})
    assert parent.identifiers == {"doi": "10.1234/whole"}


def test_an_entry_that_is_not_well_formed_is_read_field_by_field(read: Read) -> None:
    text = """@article{a,
  title = {Open {brace},
  author = {Ann Poe},
  year = 2018

@article{b, title = {Next}}
@article{title = {No key}}
"""
    items = read(text)
    assert [(paper.title, paper.date) for paper in papers(items)] == [
        ("Open brace", "2018"),
        ("Next", None),
        ("No key", None),
    ]
    assert all("not well-formed" in doubt for doubt in doubts(items))
    assert len(doubts(items)) == 2


def test_what_hides_in_comments_is_told(read: Read) -> None:
    items = read("@comment{x, title = {No}}\nfree text @ article{y, title={Hidden}}\n@article{a, title={A}}\n")
    assert [paper.title for paper in papers(items)] == ["A"]
    assert [problem.line for problem in lost(items)] == [2]


def test_a_field_that_stands_twice_is_a_doubt(read: Read) -> None:
    items = read("@article{a, title={A}, Title={B}}")
    assert papers(items)[0].title == "A"
    assert doubts(items) == ['"title" stands twice; the first was taken']


@pytest.mark.parametrize(
    ("given", "names"),
    [
        (
            "Poe, Ann and van der Roe, Jr., John and {Soup {and} Co., Ltd.}",
            ["Ann Poe", "John van der Roe, Jr.", "Soup and Co., Ltd."],
        ),
        ("M{\\\"u}ller, J\\'er\\^ome AND Ann\n  Poe", ["Jérôme Müller", "Ann Poe"]),
        ("family=Poe, given=Ann, prefix=von and others", ["Ann von Poe"]),
        ("{Soup Group, Oslo}", ["Soup Group, Oslo"]),
        ("{\\'{E}}douard Masterly", ["Édouard Masterly"]),
        ("Ann Poe$^{1,2}$ and John Roe\\thanks{He wrote it.}", ["Ann Poe", "John Roe"]),
        ("Ann Poe, John Roe, Max Moe", ["Ann Poe", "John Roe", "Max Moe"]),
        ("Poe, Ann; Roe, John", ["Ann Poe", "John Roe"]),
        ("Poe, Ann \\& Roe, John", ["Ann Poe", "John Roe"]),
    ],
)
def test_names(read: Read, given: str, names: list[str]) -> None:
    (paper,) = papers(read(f"@article{{a, title={{A}}, author={{{given}}}}}"))
    assert [author.name for author in paper.authors] == names
    assert paper.authors_truncated == given.endswith("others")


@pytest.mark.parametrize(
    ("fields", "date"),
    [
        ("year=2018, month=may", "2018-05"),
        ("year={2018}, month={5}, day={31}", "2018-05-31"),
        ('year=2018, month="31 " # may', "2018-05-31"),
        ("date={2018-05-31/2018-06-02}", "2018-05-31"),
        ("date={2018}, urldate={2020-01-01}", "2018"),
        ("year={in press}", None),
    ],
)
def test_dates(read: Read, fields: str, date: str | None) -> None:
    assert papers(read(f"@article{{a, title={{A}}, {fields}}}"))[0].date == date


def test_identifiers_and_the_rest(read: Read) -> None:
    text = r"""@misc{a, title={A}, eprint={2203.05482v2}, archivePrefix={arXiv}, primaryClass={cs.LG}, pages={1--9},
    doi={10.1234/a\_b}, url={https://x.org/~a\_b}, pmid={123}, note={Big {N}ote}, keywords={a, b}, warnings={mine}}"""
    (paper,) = papers(read(text))
    assert paper.identifiers == {"doi": "10.1234/a_b", "arxiv": "2203.05482", "pmid": "123"}
    assert (paper.categories, paper.keywords, paper.urls) == (("cs.LG",), ("a", "b"), ("https://x.org/~a_b",))
    assert paper.extra == {"note": "Big Note", "warnings": "mine", "type": "misc", "citation_key": "a", "pages": "1–9"}


def test_an_encoding_is_taken_from_the_first_line(read: Read) -> None:
    items = read("% Encoding: KOI8-R\n@article{a, title = {Химия}}".encode("koi8-r"))
    assert papers(items)[0].title == "Химия"
    assert doubts(items) == ["the file was read as KOI8-R, as it declares"]


def test_keywords_are_parted_at_semicolons_where_there_are_some(read: Read) -> None:
    items = read(
        "@article{a, title={A}, keywords={soups, hot; bread}}\n@article{b, title={B}, keywords={soups, bread}}"
    )
    assert [paper.keywords for paper in papers(items)] == [("soups, hot", "bread"), ("soups", "bread")]


def test_a_missing_comma_is_mended_and_told_of(read: Read) -> None:
    items = read('@article{a,\n title = {A title}\n author = "Poe, Ann" year = 2001,\n journal = {J}\n}\n')
    (paper,) = papers(items)
    assert (paper.title, paper.authors[0].family, paper.date, paper.venue) == ("A title", "Poe", "2001", "J")
    assert "a comma between two fields is missing" in doubts(items)[0]


def test_a_formula_with_an_equals_sign_is_no_missing_comma(read: Read) -> None:
    items = read("@article{a, title = {A test of {p} n = {3}}, year = 2001}")
    assert papers(items)[0].title == "A test of p n = 3"
    assert not any("comma" in doubt for doubt in doubts(items))


def test_a_macro_that_nothing_defines_is_told_of(read: Read) -> None:
    items = read(
        '@string{known = "Journal"}\n@article{a, title={A}, journal=jomch, month=jan}\n@misc{b, title={B}, note=known}'
    )
    assert [doubt for doubt in doubts(items) if "macro" in doubt] == [
        '"journal" is the macro jomch, which the file does not define'
    ]


def test_what_other_entries_refer_to_is_no_record(read: Read) -> None:
    items = read("@xdata{x, publisher={Press}}\n@set{s, entryset={b}}\n@book{b, title={One}, xdata={x}}")
    assert [paper.extra["publisher"] for paper in papers(items)] == ["Press"]
    assert lost(items) == []


def test_tex_that_is_not_known_leaves_its_text_and_is_told_of(read: Read) -> None:
    items = read(r"@article{a, title={The \foo{great} \bibstring{newseries} of \'{\i}lots}, year=2001}")
    assert papers(items)[0].title == "The great newseries of ílots"
    assert [doubt for doubt in doubts(items) if "TeX" in doubt] == [
        r"TeX that is not known was left out: \bibstring \foo"
    ]


def test_a_month_of_any_number_of_digits_is_a_fault_of_the_record(read: Read) -> None:
    (paper,) = papers(read(f"@article{{a, title={{A}}, year=2001, month={{{'1' * 4301}}}}}"))
    assert paper.date == "2001"


def test_addresses_and_numbers_are_without_tex(read: Read) -> None:
    doi = r"10.1002/(SICI)1099(1999)22:3{\textless}267::AID-MMA40{\textgreater}3.0.CO;2-A"
    entry = rf"@article{{a, title={{A}}, doi={{{doi}}}, url={{http://example.org/a{{\_}}b--c~d}}}}"
    (paper,) = papers(read(entry))
    assert paper.identifiers["doi"] == "10.1002/(sici)1099(1999)22:3<267::aid-mma40>3.0.co;2-a"
    assert paper.urls == ("http://example.org/a_b--c~d",)


@pytest.mark.parametrize(
    "doi", ["\\doi{10.1234/a\\_b}", "\\href{https://doi.org/10.1234/a_b}{10.1234/a\\_b}", "10.1234/a_b"]
)
def test_a_doi_may_stand_in_a_command(read: Read, doi: str) -> None:
    (paper,) = papers(read(f"@article{{a, title={{A}}, doi={{{doi}}}}}"))
    assert paper.identifiers == {"doi": "10.1234/a_b"}


def test_a_field_without_its_sign_is_read_with_a_doubt(read: Read) -> None:
    items = read("@article{a,\n  title {Of signs},\n  author = {Poe, Ann},\n  note {see {x}}\n}\n@book{b, title={B}}\n")
    first, second = papers(items)
    assert (first.title, first.authors[0].family, first.extra["note"]) == ("Of signs", "Poe", "see x")
    assert second.title == "B"
    assert "not well-formed" in doubts(items)[0]


@pytest.mark.parametrize(
    ("fields", "extra"),
    [
        ("series={Works}, number=4", {"series": "Works", "series_number": "4"}),
        ("series={Works}, number=4, issue=2", {"series": "Works", "series_number": "4", "issue": "2"}),
        ("series={Works}, issue=2", {"series": "Works", "issue": "2"}),
        ("number=4", {"issue": "4"}),
    ],
)
def test_the_number_in_a_series_counts_its_books(read: Read, fields: str, extra: dict[str, str]) -> None:
    (paper,) = papers(read(f"@incollection{{a, title={{A title}}, {fields}}}"))
    assert {name: paper.extra.get(name) for name in ("series", "series_number", "issue")} == {
        name: extra.get(name) for name in ("series", "series_number", "issue")
    }


@pytest.mark.parametrize(
    ("entry", "genre"),
    [
        ("@mastersthesis{a, title={T x}}", "Master's thesis"),
        ("@thesis{a, title={T x}, type={mathesis}}", "Master's thesis"),
        ("@phdthesis{a, title={T x}, type={Dissertation}}", "Dissertation"),
        ("@techreport{a, title={T x}}", None),
    ],
)
def test_the_type_of_an_entry_tells_the_degree(read: Read, entry: str, genre: str | None) -> None:
    assert papers(read(entry))[0].extra.get("genre") == genre


@pytest.mark.parametrize(
    "entry",
    [
        "@article{b, title={T two}}, author={Roe, Max}, year=2001}",
        "@article{b title={T two}, author={Roe, Max}, year=2001}",
        "@article{b, title={T two} author={Roe, Max}, year=2001}",
    ],
)
def test_a_brace_too_many_or_a_comma_too_few_loses_no_field(read: Read, entry: str) -> None:
    items = read(f"@book{{a, title={{A}}}}\n{entry}\n@book{{c, title={{C}}}}\n")
    first, second, third = papers(items)
    assert (first.title, third.title) == ("A", "C")
    assert (second.title, second.authors[0].family, second.date) == ("T two", "Roe", "2001")
    assert len(doubts(items)) >= 1


def test_a_comment_between_fields_is_no_part_of_a_name(read: Read) -> None:
    (paper,) = papers(read("@book{a, title={A}, % x\n author={Poe, Ann}}"))
    assert [author.family for author in paper.authors] == ["Poe"]


@pytest.mark.parametrize(
    "mark", [r"\orcidlink{0000-0002-1825-0097}", r"\inst{1}", r"\thanks{To X}", "$^{1,2}$", r"\textsuperscript{*}"]
)
def test_marks_at_names_are_no_part_of_them(read: Read, mark: str) -> None:
    (paper,) = papers(read(f"@book{{a, title={{A}}, author={{Poe, Ann{mark} and \\textsc{{Roe}}, Max}}}}"))
    assert [author.name for author in paper.authors] == ["Ann Poe", "Max Roe"]


@pytest.mark.parametrize(
    "doi", [r"\href{https://doi.org/10.1000/a}{\nolinkurl{10.1000/a}}", r"10.1000/\-a", r"10.1000/\allowbreak a"]
)
def test_a_doi_has_no_commands_in_it(read: Read, doi: str) -> None:
    assert papers(read(f"@book{{a, title={{A}}, doi={{{doi}}}}}"))[0].identifiers["doi"] == "10.1000/a"


@pytest.mark.parametrize(
    ("record", "format"), [("TY  - JOUR\nTI  - Of rests\nER  - \n", "RIS"), ("PMID- 1\nTI  - Of rests\n", "MEDLINE")]
)
def test_a_record_in_another_format_is_reported(record: str, format: str, read: Read) -> None:
    items = read(f"@article{{a,\n  title = {{Of tests}},\n}}\n\n{record}")
    assert [paper.title for paper in papers(items)] == ["Of tests"]
    assert [(one.line, one.reason.partition(",")[0]) for one in lost(items)] == [(5, f"this is a record in {format}")]
