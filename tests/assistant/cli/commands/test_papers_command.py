from collections.abc import Callable
from pathlib import Path

from store.paper import Paper
from tests.assistant.cli.running import Done, Run


def test_a_pipe_gets_one_line_a_paper_with_tabs(run: Run, built: Path) -> None:
    done = run("papers", library=built)
    rows = [line.split("\t") for line in done.out.splitlines()]
    assert len(rows) == 45
    assert {len(row) for row in rows} == {5}
    years = [int(row[1]) for row in rows]
    assert years == sorted(years, reverse=True)
    assert any(row[3].startswith("Model soups: averaging weights of multiple") for row in rows)
    assert done.err.startswith("45 papers\nHongseok Namkoong (LG): h-index 42, papers 45, citations 6,981")


def test_remarks_tell_what_to_know(run: Run, built: Path) -> None:
    remarks = {line.split("\t")[3]: line.split("\t")[4] for line in run("papers", library=built).out.splitlines()}
    assert remarks["PersonalLLM: Tailoring LLMs to Individual Preferences"] == "code"
    assert "year inferred" in remarks.values()


def test_filters_order_and_limit(run: Run, built: Path) -> None:
    done = run("papers", "--year", "2018-2019", "--oldest-first", "--limit", "2", library=built)
    assert [line.split("\t")[1] for line in done.out.splitlines()] == ["2018", "2018"]
    read, count = done.err.splitlines()[:2]
    assert read == "papers · 2018–2019"
    assert count.endswith("of 45 papers, the first 2 shown")


def test_papers_by_what_they_are_not(run: Run, built: Path) -> None:
    done = run("papers", "--not-author", "Che", "--first-author", "Hongseok Namkoong", "--json", library=built)
    names = [[author.name for author in Paper.model_validate(paper).authors] for paper in done.json]
    assert names
    assert all(authors[0] == "Hongseok Namkoong" and "Ethan Che" not in authors for authors in names)


def test_json_is_an_array_of_papers(run: Run, built: Path) -> None:
    done = run("papers", "--author", "Ethan Che", "--json", library=built)
    papers = [Paper.model_validate(paper) for paper in done.json]
    assert len(papers) == 4
    assert all("Ethan Che" in [author.name for author in paper.authors] for paper in papers)
    assert not done.err


def test_an_empty_list_is_no_error(run: Run, tmp_path: Path) -> None:
    done = run("papers", library=tmp_path)
    assert (done.code, done.out) == (0, "")
    assert done.err == f"The library {tmp_path} is empty. Add papers with: conspectus add FILE\n"
    assert run("papers", "--json", library=tmp_path).json == []


def test_a_terminal_gets_one_line_a_paper(on_terminal: Callable[..., Done], built: Path) -> None:
    narrow = on_terminal("papers", "--no-color", library=built).out.splitlines()
    assert len(narrow) == 45
    assert max(map(len, narrow)) <= 80
    wide = on_terminal("papers", "--no-color", library=built, columns=200).out
    assert "In-silico Risk Analysis of Personalized Artificial Pancreas Controllers via Rare-event Simulation" in wide


def test_of_a_kind_that_is_none_it_is_said_what_may_have_been_meant(run: Run, built: Path) -> None:
    for command in ("papers", "overview", "export"):
        assert run(command, "--kind", "preprnt", library=built).err.endswith(
            "the library holds 45. There is no kind 'preprnt'. Did you mean: preprint?\n"
        )
    assert run("papers", "--kind", "podcast", library=built).err.endswith("the library holds 45.\n")
