import argparse
from pathlib import Path
from typing import Any

import pytest

from assistant.cli.arguments import parse_count, parse_path, parse_positive, parse_year, parse_years
from assistant.cli.library_context import read_filters
from assistant.cli.main import build_parser, parse_arguments
from assistant.cli.table import COMMANDS
from tests.assistant.cli.running import Run


@pytest.mark.parametrize(("given", "span"), [("2018", (2018, 2018)), ("2018-2020", (2018, 2020)), ("2018–19", None)])
def test_years(given: str, span: tuple[int, int] | None) -> None:
    if span:
        assert parse_years(given) == span
    else:
        with pytest.raises(argparse.ArgumentTypeError, match="no year"):
            parse_years(given)


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (parse_years, "2020-2018"),
        (parse_year, "18"),
        (parse_year, "٢٠١٨"),
        (parse_positive, "0"),
        (parse_positive, "-3"),
        (parse_count, "-1"),
    ],
)
def test_numbers_that_make_no_sense_are_refused(kind: Any, given: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError):
        kind(given)


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        ("", {}),
        ("--author Che --author Ma", {"author": ["Che", "Ma"]}),
        ("--year 2018", {"year_from": 2018, "year_to": 2018}),
        ("--year 2018-2020 --since 2019", {"year_from": 2019, "year_to": 2020}),
        ("--since 2019 --until 2021", {"year_from": 2019, "year_to": 2021}),
        ("--category LG --source a.txt", {"category": ["LG"], "source": ["a.txt"]}),
        ("--text fair --text loss", {"text": "fair loss"}),
        ("--code", {"has_code": True}),
        ("--no-code", {"has_code": False}),
        ("--id a --id b", {"ids": ["a", "b"]}),
        ("--min-authors 2 --max-authors 4", {"min_authors": 2, "max_authors": 4}),
        ("--min-citations 5 --max-citations 0", {"min_citations": 5, "max_citations": 0}),
        ("--title fair --title loss", {"title": "fair loss"}),
        ("--not-title fair --not-title loss", {"not_title": ["fair", "loss"]}),
        ("--states doi --states venue", {"states": ["doi", "venue"]}),
        ("--lacks doi --lacks venue", {"without": [{"states": ["doi"]}, {"states": ["venue"]}]}),
    ],
)
def test_filters_become_those_of_the_api(line: str, asked: dict[str, Any]) -> None:
    assert read_filters(parse_arguments(["papers", *line.split()])) == asked


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("what is this", "what is this"),
        ("--strict what is", "what is"),
        ("what --strict is --code this", "what is this"),
    ],
)
def test_a_question_needs_no_quotes(line: str, words: str) -> None:
    assert parse_arguments(["ask", *line.split()]).question == words.split()


def test_arguments_that_are_no_text_are_read_as_far_as_they_are() -> None:
    assert parse_arguments(["search", "caf\udce9"]).words == ["caf\ufffd"]


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("export --output=~/papers.bib", "output"),
        ("check --bib=~/papers.bib draft.md", "bib"),
        ("report --replay ~/papers.bib", "replay"),
        ("backup ~/papers.bib", "file"),
        ("--config=~/papers.bib papers", "config"),
    ],
)
def test_a_path_that_the_shell_left_alone_is_one_at_home(
    line: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert getattr(parse_arguments(line.split()), name) == str(tmp_path / "papers.bib")


def test_every_file_and_folder_is_a_path() -> None:
    parser = build_parser([command.name for command in COMMANDS])
    places = [
        action
        for command in parser.commands.choices.values()
        for action in command._actions
        if action.metavar in ("FILE", "DIR", "DRAFT", "MANIFEST", "SPEC.toml")
        and not (action.option_strings and action.option_strings[0].startswith("--server-"))
    ]
    assert len(places) > 10
    assert {action.dest for action in places if action.type is not parse_path} == {"library", "folder"}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("aks question", "There is no command 'aks'. Did you mean: conspectus ask? Or see: conspectus --help"),
        ("ask --nonsense question", "unknown argument '--nonsense'. See: conspectus ask --help"),
        ("hlep", "There is no command 'hlep'. Did you mean: conspectus help? Or see: conspectus --help"),
        ("frobnicate", "There is no command 'frobnicate'. See: conspectus --help"),
        ("sessions shwo x", "There is no action 'shwo'. Did you mean: conspectus sessions show? Or see"),
        ("papers --auhtor X", "unknown argument '--auhtor'. Did you mean --author? See: conspectus papers --help"),
        ("report -o a -o b", "-o is given twice, and takes one value. See: conspectus report --help"),
        ("report --output a -o b", "-o is given twice, and takes one value."),
        ("export --format ris --format csv", "--format is given twice"),
        ("papers stray", "unknown argument 'stray'. See: conspectus papers --help"),
        ("papers --since 2025 --until 2020", "No year is 2025 or later and 2020 or earlier. Look at --year"),
        ("papers --year 2018 --since 2020", "No year is 2020 or later and 2018 or earlier. Look at --year"),
        ("papers --year then", "'then' is no year such as 2018"),
        ("search words -k 0", "'0' is no number from 1 up"),
        ("show", "the following arguments are required: ID"),
        ("sessions rename", "the following arguments are required: ID, TITLE"),
        ("--lib=x papers", "unknown argument '--lib'"),
        (
            "ask why --api-key=sk-proj-Very5ecret0123456789",
            "unknown argument '--api-key'. Did you mean --api-key-env? See",
        ),
    ],
)
def test_wrong_usage_is_one_line(line: str, said: str, run: Run) -> None:
    done = run(*line.split())
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert done.err.startswith("conspectus: ")
    assert done.err.count("\n") == 1
