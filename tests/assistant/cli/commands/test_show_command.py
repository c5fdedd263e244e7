from pathlib import Path

from tests.assistant.cli.running import Run


def the_id(run: Run, library: Path, words: str) -> str:
    return str(run("papers", "--text", words, "--json", library=library).json[0]["id"])


def test_the_whole_record_is_shown(run: Run, built: Path) -> None:
    done = run("show", the_id(run, built, "artificial pancreas"), library=built)
    assert done.code == 0
    for part in (
        "In-silico Risk Analysis of Personalized Artificial Pancreas Controllers",
        "Matthew O'Kelly, Aman Sinha, Justin Norden, Hongseok Namkoong (position unknown) and others",
        "2018-12-02",
        "yes, says the source",
        "namkoong_listing.txt:",
        "h-index 42",
        "Modern treatments for Type 1 diabetes",
        "Similar papers",
    ):
        assert part in done.out


def test_json_holds_paper_profile_and_neighbours(run: Run, built: Path) -> None:
    paper_id = the_id(run, built, "model soups")
    shown = run("show", paper_id, "--json", library=built).json
    assert shown["paper"]["id"] == paper_id
    assert shown["profile"]["h_index"] == 42
    assert len(shown["similar"]) == 5
    assert paper_id not in {hit["paper"]["id"] for hit in shown["similar"]}


def test_an_unknown_id_is_an_error(run: Run, built: Path) -> None:
    done = run("show", "[/]", library=built)
    assert (done.code, done.out) == (1, "")
    assert "no paper with the id '[/]'" in done.err


def test_roles_stand_beside_the_sentences(run: Run, built: Path) -> None:
    paper_id = the_id(run, built, "model soups")
    done = run("show", paper_id, "--roles", library=built)
    lines = [line for line in done.out.splitlines() if line.startswith(("background", "result", "availability"))]
    assert lines[0].startswith("background   The conventional recipe")
    assert lines[-1].startswith("availability Code is available at")
    shown = run("show", paper_id, "--roles", "--json", library=built).json
    last = shown["roles"][-1]
    assert (last["role"], last["labelled"]) == ("availability", False)
    assert shown["paper"]["abstract"][last["start"] : last["end"]].startswith("Code is available")
    assert run("show", paper_id, "--json", library=built).json["roles"] == []


def test_a_paper_is_named_by_key_or_title_wherever_one_is(run: Run, sample: Path) -> None:
    for words in (("show", "--json"), ("papers", "--json", "--id"), ("search", "accuracy", "--json", "--id")):
        done = run(*words, "wortsman2022model", library=sample)
        assert "Model soups: averaging weights" in done.out, words
    assert "wortsman2022model" in run("export", "--id", "model soups", library=sample).out
    assert run("show", "thompson sampling", library=sample).code == 2
