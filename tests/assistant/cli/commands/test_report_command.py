import json
from pathlib import Path

import pytest

from assistant.report.schema import Bucket, Report, ReportKind
from assistant.testing import FakeOpenAIServer
from tests.assistant.cli.running import Run
from tests.assistant.report.writing import copying


def test_themes_on_standard_output_as_markdown(run: Run, built: Path) -> None:
    done = run("report", library=built)
    assert done.code == 0
    assert done.out.startswith("---") or done.out.startswith("#")
    assert "Overview" in done.out
    assert "45 papers: 45 cited." in done.err
    assert "sentences: " in done.err


def test_two_runs_give_the_same_bytes_and_so_does_the_manifest(run: Run, built: Path, tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("one.json", "two.json", "three.json")]
    for file in files[:2]:
        assert run("report", "themes", "fairness", "-o", str(file), library=built).code == 0
    assert run("report", "--replay", str(files[0]), "-o", str(files[2]), library=built).code == 0
    assert len({file.read_bytes() for file in files}) == 1
    report = Report.model_validate_json(files[0].read_bytes())
    assert report.title == "Themes: fairness"
    # Of a library as small as this each paper is rated, so each that is left out lies below the cut.
    assert {Bucket.CITED, Bucket.BELOW} == {entry.bucket for entry in report.ledger}


def test_the_manifest_stands_beside_a_page_and_makes_it_again(run: Run, built: Path, tmp_path: Path) -> None:
    first, again = tmp_path / "first.html", tmp_path / "again.html"
    done = run("report", "timeline", "--since", "2024", "-o", str(first), library=built)
    assert (done.code, done.out) == (0, "")
    manifest = first.with_suffix(".manifest.json")
    assert str(manifest) in done.err
    assert run("report", "--replay", str(manifest), "-o", str(again), library=built).code == 0
    assert again.read_bytes() == first.read_bytes()


@pytest.mark.parametrize("kind", ReportKind)
def test_every_kind_as_json(kind: ReportKind, run: Run, built: Path) -> None:
    about = ["How is robustness to shifts of distribution achieved?"] if kind is ReportKind.QUESTION else []
    about += ["--column", "data sets"] if kind is ReportKind.TABLE else []
    done = run("report", kind.value, *about, "--author", "Namkoong", "--until", "2020", "--json", library=built)
    assert done.code == 0
    assert done.json["kind"] == kind
    assert done.json["manifest"]["settings"]["kind"] == kind


def test_words_that_are_no_kind_are_the_topic(run: Run, built: Path) -> None:
    done = run("report", "distribution", "shift", "--json", library=built)
    assert (done.json["kind"], done.json["title"]) == ("themes", "Themes: distribution shift")


def test_two_reports_are_compared(run: Run, built: Path, tmp_path: Path) -> None:
    before, after = (str(tmp_path / name) for name in ("before.json", "after.json"))
    run("report", "annotated", "--until", "2018", "-o", before, library=built)
    run("report", "annotated", "--until", "2021", "-o", after, library=built)
    done = run("report", "diff", before, after, library=built)
    assert done.code == 0
    assert "added (new paper: " in done.out
    assert " 0 dropped, 0 reworded, 0 sign changed." in done.out
    assert run("report", "diff", before, after, "--json", library=built).json["changes"][0]["became"] == "added"


def test_what_goes_wrong_is_said(run: Run, built: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    other.write_text('{"kind": "poem"}')
    for args, words in (
        (("report", "diff", "one.json"), "Two reports are compared"),
        (("report", "diff", str(other), str(other)), "is no report"),
        (("report", "--replay", str(tmp_path / "missing.json")), "cannot be read"),
        (("report", "--replay", str(other)), "is no manifest"),
        (("report", "themes", "--replay", str(other)), "Leave out KIND"),
        (("report", "-o", str(tmp_path / "report.xyz")), "xyz"),
        (("report", "themes", "--since", "2999"), "No paper is left"),
        (("report", "question"), "no question"),
        (("report", "--seed", "-4"), "seed is -4"),
    ):
        done = run(*args, library=built)
        assert (done.code, done.out) == (2, ""), args
        assert words in done.err


def test_a_model_writes_it_and_the_note_says_what_it_took(
    run: Run, sample: Path, server: FakeOpenAIServer, flags: list[str], tmp_path: Path
) -> None:
    server.default = copying
    args = ("report", "annotated", "--until", "2018", *flags, "--cache")
    first = run(*args, "-o", str(tmp_path / "first.json"), library=sample)
    assert first.code == 0
    assert "Written by m: " in first.err
    assert " tokens, 0 answers from the cache." in first.err
    asked = len(server.requests)
    second = run(*args, "-o", str(tmp_path / "second.json"), library=sample)
    assert "Written by m: nothing paid, " in second.err
    assert len(server.requests) == asked
    assert (tmp_path / "first.json").read_bytes() == (tmp_path / "second.json").read_bytes()
    sections = json.loads((tmp_path / "first.json").read_text())["sections"]
    assert {section["mode"] for section in sections} == {"m"}


@pytest.mark.parametrize("mine", ["library.bib", "library.manifest.json"])
def test_a_file_of_ones_own_beside_the_output_is_not_replaced(run: Run, built: Path, tmp_path: Path, mine: str) -> None:
    (tmp_path / mine).write_text("mine")
    done = run("report", "annotated", "--until", "2018", "-o", str(tmp_path / "library.md"), library=built)
    assert done.code == 2
    assert f"{tmp_path / mine}" in done.err
    assert "Name another output" in done.err
    assert [path.name for path in tmp_path.iterdir()] == [mine]
    assert (tmp_path / mine).read_text() == "mine"


def test_the_same_report_twice_over_its_own_files(run: Run, built: Path, tmp_path: Path) -> None:
    for _ in range(2):
        done = run("report", "timeline", "--until", "2018", "-o", str(tmp_path / "a.md"), library=built)
        assert done.code == 0


def test_a_folder_is_no_output(run: Run, built: Path) -> None:
    assert run("report", "-o", "/", library=built).code == 2


def test_a_table_has_the_columns_that_are_asked_for(run: Run, built: Path, tmp_path: Path) -> None:
    file = tmp_path / "columns.toml"
    file.write_text('columns = ["accuracy: percentage"]')
    ask = ["--columns", str(file), "--column", "code available: yes/no", "--where", "accuracy", "--sort", "accuracy"]
    ask.append("--descending")
    done = run("report", "table", *ask, "--json", library=built)
    assert done.code == 0
    assert [column["name"] for column in done.json["columns"]] == ["accuracy", "code available"]
    assert [row["cells"][0]["value"] for row in done.json["rows"]] == ["94%, 99%", "90.94%"]
    assert "45 papers: 2 cited, 43 evidence unused." in done.err


def test_a_table_goes_into_a_workbook(run: Run, built: Path, tmp_path: Path) -> None:
    done = run("report", "table", "--column", "data sets", "-o", str(tmp_path / "t.xlsx"), library=built)
    assert done.code == 0
    assert (tmp_path / "t.xlsx").read_bytes().startswith(b"PK")


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ((), "The table has no column"),
        (("--column", "size: furlongs"), "the type 'furlongs', which there is not"),
        (("--column", "size: number", "--sort", "age"), "no column 'age'"),
        (("--correct", "nobody", "size", "3"), "no paper 'nobody'"),
        (("--column", "size: number", "--correct", "nobody", "size", "3"), "A correction makes no table"),
    ],
)
def test_a_table_that_cannot_be_made_is_a_usage_error(args: tuple[str, ...], words: str, run: Run, built: Path) -> None:
    done = run("report", "table", *args, library=built)
    assert done.code == 2
    assert words in done.err


def test_a_correction_by_hand_stays(run: Run, tmp_path: Path) -> None:
    library, papers = tmp_path / "library", tmp_path / "papers.jsonl"
    papers.write_text(json.dumps({"id": "p", "title": "Sleep", "abstract": "We asked 212 nurses about their sleep."}))
    assert run("add", str(papers), library=library).code == 0
    paper = run("papers", "--json", library=library).json
    ident = (paper["papers"] if isinstance(paper, dict) else paper)[0]["id"]
    ask = ("report", "table", "--column", "sample size: number", "--json")
    assert run(*ask, library=library).json["rows"][0]["cells"][0]["value"] == "212"
    assert run("report", "table", "--correct", ident, "sample size", "210", library=library).code == 0
    cell = run(*ask, library=library).json["rows"][0]["cells"][0]
    assert (cell["value"], cell["by"]) == ("210", "you")
    assert run("report", "table", "--corrections", "--json", library=library).json == {ident: {"sample size": "210"}}
    assert "sample size: 210" in run("report", "table", "--corrections", library=library).out
    assert run("report", "table", "--correct", ident, "sample size", "", library=library).code == 0
    assert run(*ask, library=library).json["rows"][0]["cells"][0]["value"] == "212"


def test_a_topic_that_the_library_does_not_hold_gets_no_report(run: Run, built: Path, tmp_path: Path) -> None:
    for words in (["question", "What is the boiling point of tungsten?"], ["themes", "sourdough", "bread"]):
        done = run("report", *words, "-o", str(tmp_path / "a.md"), library=built)
        assert (done.code, done.out) == (3, "")
        assert "The library holds too little about" in done.err
    assert list(tmp_path.iterdir()) == []


def test_the_cut_of_a_topic_is_moved(run: Run, built: Path) -> None:
    def count(*options: str) -> int:
        done = run("report", "annotated", "fairness", *options, "--json", library=built)
        return sum(entry.bucket is Bucket.CITED for entry in Report.model_validate_json(done.out).ledger)

    assert count("--top", "2") == 2 < count() < count("--min", "0")
    assert run("report", "themes", "fairness", "--min", "2", library=built).code == 2


def test_one_word_that_is_nearly_a_kind_is_wrong_usage(run: Run, built: Path) -> None:
    done = run("report", "thems", library=built)
    assert (done.code, done.out) == (2, "")
    assert "There is no report 'thems'. Did you mean themes?" in done.err
    assert run("report", "fairness", library=built).code == 0


def test_a_file_is_no_topic(run: Run, built: Path) -> None:
    done = run("report", "question", "soup.pdf", library=built)
    assert (done.code, done.out) == (2, "")
    assert "soup.pdf is no topic. To write the report to that file: -o soup.pdf" in done.err


def test_standard_output_names_no_file_that_is_not_there(run: Run, built: Path, tmp_path: Path) -> None:
    shown = run("report", "timeline", library=built)
    named = run("report", "timeline", "-o", "-", library=built)
    assert (named.code, named.out) == (0, shown.out)
    assert "bibliography" not in named.out
    assert "_files" not in named.out


def test_a_folder_that_is_made_is_said_to_be_new(run: Run, built: Path, tmp_path: Path) -> None:
    done = run("report", "timeline", "-o", str(tmp_path / "new" / "a.json"), library=built)
    assert f"(the folder {tmp_path / 'new'} is new)" in " ".join(done.err.split())
    assert "is new" not in run("report", "timeline", "-o", str(tmp_path / "new" / "b.json"), library=built).err


def test_a_difference_takes_manifests(run: Run, built: Path, tmp_path: Path) -> None:
    for name, since in (("a", "2020"), ("b", "2024")):
        assert (
            run("report", "timeline", "--since", since, "-o", str(tmp_path / f"{name}.html"), library=built).code == 0
        )
    assert run("report", "timeline", "--since", "2024", "-o", str(tmp_path / "b.json"), library=built).code == 0
    of_manifests = run("report", "diff", *(str(tmp_path / f"{name}.manifest.json") for name in "ab"), library=built)
    mixed = run("report", "diff", str(tmp_path / "a.manifest.json"), str(tmp_path / "b.json"), library=built)
    assert of_manifests.code == 0
    assert "other papers" in of_manifests.out
    assert mixed.out == of_manifests.out


def test_a_section_is_written_again_by_a_model_alone(run: Run, built: Path, tmp_path: Path) -> None:
    assert run("report", "timeline", "-o", str(tmp_path / "a.json"), library=built).code == 0
    done = run("report", "revise", str(tmp_path / "a.json"), "section 2: shorter", library=built)
    assert done.code == 2
    assert "There is no model to write a section again" in done.err
    assert run("report", "revise", str(tmp_path / "a.json"), library=built).code == 2


def test_an_estimate_tells_of_each_pass_and_asks_nothing(
    run: Run, sample: Path, server: FakeOpenAIServer, flags: list[str]
) -> None:
    done = run("report", "themes", "--until", "2018", *flags, "--estimate", library=sample)
    assert (done.code, server.requests) == (0, [])
    assert "facts: " in done.out
    assert "sections: " in done.out
    assert done.out.splitlines()[-1].startswith("About ")
    assert run("report", "themes", "--estimate", "--json", "--until", "2018", *flags, library=sample).json["calls"] > 0


def test_the_note_at_the_end_says_what_each_pass_took(
    run: Run, sample: Path, server: FakeOpenAIServer, flags: list[str], tmp_path: Path
) -> None:
    server.default = copying
    done = run("report", "themes", "--until", "2018", *flags, "-o", str(tmp_path / "r.json"), library=sample)
    assert done.code == 0
    passes = json.loads((tmp_path / "r.json").read_text())["manifest"]["passes"]
    tokens = passes["facts"]["input_tokens"] + passes["facts"]["output_tokens"]
    assert f" By pass, now or earlier: facts {tokens:,} tokens; " in done.err


def test_the_name_behind_author_is_that_of_the_author(run: Run, built: Path) -> None:
    done = run("report", "author", "Duchi", "--json", library=built)
    report = Report.model_validate(done.json)
    assert report.title == "The papers of Duchi"
    assert len(report.ledger) == 4
    assert {entry.bucket for entry in report.ledger} == {Bucket.CITED}


def test_a_name_that_no_author_has_makes_no_report(run: Run, built: Path) -> None:
    done = run("report", "author", "Duchy", library=built)
    assert done.code == 2
    assert "No author of this library is called Duchy. Did you mean Duchi?" in done.err


def test_a_cut_without_a_topic_is_refused(run: Run, built: Path) -> None:
    done = run("report", "compare", "--top", "2", library=built)
    assert done.code == 2
    assert "The cut chooses among the papers on a topic, and the report has none." in done.err


def test_a_part_of_a_paper_is_a_column_and_no_report(run: Run, built: Path) -> None:
    done = run("report", "limitations", library=built)
    assert done.code == 2
    assert "conspectus report table --column limitations" in done.err


def test_reports_in_any_format_are_compared_by_what_the_library_keeps(run: Run, built: Path, tmp_path: Path) -> None:
    before, after = str(tmp_path / "before.md"), str(tmp_path / "after.html")
    run("report", "annotated", "--until", "2018", "-o", before, library=built)
    run("report", "annotated", "--until", "2018", "-o", after, library=built)
    done = run("report", "diff", before, after, library=built)
    assert done.code == 0
    assert "0 added, 0 dropped, 0 reworded, 0 sign changed." in done.out


def test_a_report_in_markdown_is_what_is_to_be_revised(run: Run, built: Path, tmp_path: Path) -> None:
    file = str(tmp_path / "shift.md")
    run("report", "themes", "fairness", "-o", file, library=built)
    done = run("report", "revise", file, "section 1: shorter", library=built)
    assert done.code == 2
    assert "There is no model to write a section again." in done.err
