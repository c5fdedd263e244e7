"""Whether pandoc makes the same reference of our .bib and of our .json: 14 kinds of works in 9 styles.

    python -m benchmarks.references [--errors]

Needs pandoc (extra ``export``) and the styles (extra ``styles``).
"""

import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from lxml import html

from assistant.export.csl import find_style_file
from assistant.export.library_export import format_papers
from assistant.export.pandoc import find_pandoc
from store.paper import Paper
from store.readers import read_bytes

STYLES = ("apa", "ieee", "nature", "vancouver", "chicago", "mla", "harvard", "ama", "cell")
RIS = """TY  - JOUR
ID  - article
AU  - García Márquez, Gabriel
AU  - van der Berg, Jan
TI  - An article of a journal
T2  - Journal of Tests
PY  - 2019
DA  - 2019/05/03
VL  - 12
IS  - 3
SP  - 1
EP  - 20
SN  - 1234-5678
DO  - 10.1000/abc
ER  - 

TY  - CPAPER
ID  - conference
AU  - Poe, Ann
A2  - Roe, Max
TI  - A paper of a conference
T2  - Proceedings of the Test Conference
PB  - Test Press
CY  - Oslo
PY  - 2018
SP  - 5
EP  - 9
ER  - 

TY  - CHAP
ID  - chapter
AU  - Poe, Ann
A2  - Roe, Max
A2  - Moe, Eva
TI  - A chapter
T2  - The book
T3  - Lecture notes
ET  - 2
PB  - Press
CY  - London
PY  - 2010
SP  - 12
EP  - 34
SN  - 978-3-86490-311-3
ER  - 

TY  - BOOK
ID  - book
AU  - Doe, Jan
TI  - A book
ET  - 3
PB  - Press
CY  - Paris
PY  - 2001
ER  - 

TY  - EDBOOK
ID  - edited
A2  - Moe, Eva
A2  - Roe, Max
TI  - An edited book
PB  - Press
PY  - 2013
ER  - 

TY  - THES
ID  - thesis
AU  - Doe, Jan
TI  - A thesis
PB  - University of Somewhere
M3  - PhD thesis
PY  - 2011
ER  - 

TY  - RPRT
ID  - report
AU  - Roe, Max
TI  - A report
PB  - Institute X
M1  - TR-99-02
M3  - Technical report
PY  - 2012
ER  - 

TY  - ELEC
ID  - page
AU  - Zoe, Pat
TI  - A web page
UR  - https://example.org/x
Y2  - 2020/01/02
PY  - 2015
ER  - 

TY  - UNPB
ID  - preprint
AU  - Poe, Ann
TI  - A preprint
UR  - https://arxiv.org/abs/2101.00001
PY  - 2021
ER  - 

TY  - DATA
ID  - dataset
AU  - Poe, Ann
TI  - A data set
PB  - Zenodo
DO  - 10.5281/zenodo.1
PY  - 2021
ER  - 

TY  - COMP
ID  - software
AU  - Poe, Ann
TI  - A tool
PB  - Zenodo
PY  - 2021
ER  - 

TY  - PAT
ID  - patent
AU  - Poe, Ann
TI  - A patent
M1  - US 123
PY  - 2003
ER  - 

TY  - MANSCPT
ID  - manuscript
AU  - Poe, Ann
TI  - A manuscript
PY  - 2007
ER  - 

TY  - ENCYC
ID  - entry
AU  - Poe, Ann
TI  - An entry
T2  - The encyclopedia
PB  - Press
PY  - 2008
SP  - 3
EP  - 4
ER  - 
"""


def set_references(program: str, file: str, style: Path, folder: Path) -> dict[str, str]:
    """The reference of each entry of a file, by its key."""
    command = [program, "-f", "markdown", "-t", "html", "--citeproc", f"--bibliography={file}", f"--csl={style}"]
    run = subprocess.run(command, cwd=folder, input=b"---\nnocite: '@*'\n---\n", capture_output=True, check=True)
    entries = html.fromstring(f"<div>{run.stdout.decode()}</div>").xpath("//div[contains(@class, 'csl-entry')]")
    lines = {entry.get("id"): re.sub(r"\s+", " ", entry.text_content()).strip() for entry in entries}
    return {key: re.sub(r"^\W*\d+\W*\s*", "", line) for key, line in lines.items()}


def main() -> None:
    """Print how many references are the same."""
    papers = [item for item in read_bytes(RIS.encode(), "kinds.ris", "ris") if isinstance(item, Paper)]
    keys = {paper.id: str(paper.extra["citation_key"]) for paper in papers}
    same = total = 0
    with TemporaryDirectory() as name:
        folder = Path(name)
        for ending, format in (("bib", "bibtex"), ("json", "csl-json")):
            text = "".join(format_papers(lambda: iter(papers), format, keys))
            (folder / f"papers.{ending}").write_text(text, encoding="utf-8")
        for style in STYLES:
            file = find_style_file(style)
            first, second = (
                set_references(find_pandoc(), f"papers.{ending}", file, folder) for ending in ("bib", "json")
            )
            for key in first.keys() | second.keys():
                total += 1
                same += first.get(key) == second.get(key)
                if first.get(key) != second.get(key) and "--errors" in sys.argv:
                    print(f"{style} {key}\n  bib  {first.get(key)}\n  json {second.get(key)}")
    print(f"{same} of {total} references are the same")


if __name__ == "__main__":
    main()
