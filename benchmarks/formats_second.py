"""How many of 106 imports and exports of the kinds of ../shared/cases/formats come out right.

    python -m benchmarks.formats_second [--half dev|unseen] [--errors] [file.jsonl]

``formats_second.jsonl``, or the file that is named, holds the text of each file, the encoding it is written in, and
what is right: fields of its papers (``title``, or ``title1`` of the second paper), texts that a written format must
have, and whether anything is reported. They were written before the readers and writers were looked at; those of the
half ``unseen`` were run once, after the others had been mended, and may serve the work on the next ones since. Of
several right answers in one text, "|" stands between them. ``formats_third.jsonl`` and ``formats_fourth.jsonl`` hold
120 and 60 more of these kinds, written without a look at the code:

    python -m benchmarks.formats_second benchmarks/formats_fourth.jsonl
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from assistant.export.apa import format_apa
from benchmarks.formats_cases import Case
from store.errors import ConspectusError, SourceError
from store.paper import Paper, Problem
from store.person_name import parse_author

CASES = Path(__file__).with_name("formats_second.jsonl")
_FORMATS = {"bibtex": "bibtex", "ris": "ris", "csl": "csl-json"}
_NUMBERED = re.compile(r"([a-z_]+?)([0-9])(_[a-z]+)?")


def find_faults(case: Case, expected: dict[str, Any]) -> Iterator[str]:
    """Say of each expectation that does not hold what there is instead."""
    if "merged" in expected:
        count = case.count_merged()
        if count != expected["merged"]:
            yield f"merged: {count}"
        return
    try:
        papers = case.papers
    except SourceError as refusal:
        if not (refusal.hint and expected.keys() & {"refused", "read_or_refused", "or_reported"}):
            yield f"refused: {refusal}"
        return
    if expected.get("refused"):
        yield "not refused"
        return
    reported = [item for item in case.items if isinstance(item, Problem)]
    wanted = {**expected, **expected.get("if_read", {})}
    faults = [f"{key}: {have!r}" for key, right in wanted.items() for have in _compare(case, key, right)]
    if faults and not (expected.get("or_reported") and reported):
        yield from faults
    if not papers and "papers" not in wanted and not (expected.get("or_reported") and reported):
        yield "no paper"


def _compare(case: Case, key: str, right: Any) -> Iterator[Any]:
    """Yield what there is where it is not what is right."""
    reported = [item.reason for item in case.items if isinstance(item, Problem)]
    numbered = _NUMBERED.fullmatch(key)
    name, at = (numbered[1] + (numbered[3] or ""), int(numbered[2])) if numbered else (key, 0)
    if key in ("or_reported", "read_or_refused", "if_read"):
        return
    if key == "papers":
        have: Any = len(case.papers)
    elif key in ("problems", "reported"):
        have = bool(reported)
    elif key == "problem":
        yield from () if all(any(text in reason for reason in reported) for text in right) else (reported,)
        return
    elif key == "titles":
        have = [paper.title for paper in case.papers]
    elif key == "titles_has":
        yield from () if set(right) <= {paper.title for paper in case.papers} else ([p.title for p in case.papers],)
        return
    elif key == "any_authors":
        have = right if any(_names(paper) == right for paper in case.papers) else None
    elif key == "authors_last":
        have = _names(case.papers[-1])
    elif key in _FORMATS:
        text = case.export(_FORMATS[key])
        yield from _missing(text, right)
        return
    elif key == "csl_re":
        text = case.export("csl-json")
        yield from (text for pattern in right if not re.search(pattern, text))
        return
    elif key == "apa":
        text = "\n".join(re.sub("[*_]|</?i>", "", format_apa(paper)) for paper in case.papers)
        yield from _missing(text, right)
        return
    elif key == "roundtrip":
        for format in right:
            again = [(paper.title, _names(paper)) for paper in case.again(format)]
            if again != [(paper.title, _names(paper)) for paper in case.papers]:
                yield format, again
        return
    elif at >= len(case.papers):
        yield None
        return
    else:
        yield from _compare_field(case.papers[at], name, right)
        return
    if have != right:
        yield have


def _compare_field(paper: Paper, name: str, right: Any) -> Iterator[Any]:
    people = [parse_author(author) for author in paper.authors]
    match name:
        case "authors":
            have: Any = _names(paper)
        case "family" | "authors_family":
            have = [" ".join(filter(None, (person.family,))) for person in people]
        case "family_has":
            have = right if set(right) <= {person.family for person in people} else [p.family for p in people]
        case "suffixes":
            have = [person.suffix for person in people]
        case "no_extra":
            have = right if not set(right) & paper.extra.keys() else dict(paper.extra)
        case "keywords":
            have = list(paper.keywords)
        case "url_has":
            have = right if set(right) <= set(paper.urls) else paper.urls
        case "url_not":
            have = right if not set(right) & set(paper.urls) else paper.urls
        case "doi" | "arxiv" | "pmid" | "pmcid":
            have = paper.identifiers.get(name)
        case "title_has" | "abstract_has":
            yield from _missing(getattr(paper, name.removesuffix("_has")), right)
            return
        case "title_not" | "abstract_not":
            text = getattr(paper, name.removesuffix("_not"))
            yield from (text for part in right if part in text)
            return
        case "date_end":
            have = paper.extra.get("date_end")
        case _:
            have = getattr(paper, name) or ""
    if isinstance(right, list):
        if len(have) != len(right) or not all(
            str(one) in str(other).split("|") for one, other in zip(have, right, strict=True)
        ):
            yield have
    elif str(have or "") not in str(right).split("|"):
        yield have


def _missing(text: str, parts: list[str]) -> Iterator[str]:
    for part in parts:
        if not any(way and way in text for way in part.split("|")):
            yield f"no {part!r} in {text}"


def _names(paper: Paper) -> list[str]:
    return [author.name for author in paper.authors]


def main() -> None:
    """Print how many cases of the halves are right."""
    halves = [sys.argv[sys.argv.index("--half") + 1]] if "--half" in sys.argv else ["dev", "unseen"]
    file = next((Path(text) for text in sys.argv[1:] if text.endswith(".jsonl")), CASES)
    cases = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    for half in halves:
        right, chosen = 0, [case for case in cases if case["half"] == half[0]]
        for case in chosen:
            with TemporaryDirectory() as folder:
                file = Path(folder) / f"{case['name']}.{case['ext']}"
                file.write_bytes(case["text"].encode(case.get("encoding", "utf-8")))
                try:
                    faults = list(find_faults(Case(file), case["expect"]))
                except (ConspectusError, ValueError, LookupError) as error:
                    faults = [f"raised {error!r}"]
            right += not faults
            if faults and "--errors" in sys.argv:
                print(f"  {case['name']} ({case['kind']})", *faults, sep="\n      ")
        print(f"{half}: {right} of {len(chosen)} right")


if __name__ == "__main__":
    main()
