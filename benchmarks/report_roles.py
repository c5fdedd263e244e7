"""Whether sentences of a keyless report tell what they are shown as: python -m benchmarks.report_roles [dev|test|all].

``python -m benchmarks.report_roles read`` (a minute) counts sentences of two collections that were read by hand, in
``report_roles.jsonl``: of each the paper, the place, what it was to tell, and whether it does. They were drawn from the
best sentence of each paper for each list, before and after the forms of ``report.sentence_cues`` were asked for; parts
by the paper's hash. ``medical`` are abstracts of SciFact and PubMedQA that no role was fitted on, every other one of
PubMedQA with its labels; ``formats`` the records of ../shared/formats but the listing and the files of PubMed. The
forms were chosen on ``dev``; ``test`` was looked at once, and methods and availability were mended after that, whose
new draw is ``unseen``. Limitations were read later, those of the two and of ``scifact``, the rest of its texts: each
sentence with a word of limits was labelled before its form was looked for, and what ``test`` showed was mended, too.
``second dev`` and ``second test`` are sentences that another person labelled as limitations or not, in these and in the
libraries of the questions; how many of the limitations are shown is printed, too. ``third dev`` and ``third test`` are
184 sentences of papers that no set had used, drawn by words and by nearness to those before, and labelled by whoever
then changed the forms.

Else: the sentences of the 45 papers have a role each, given by hand before anything assigned one
(``roles_listing.jsonl``). A sentence shown under "Results" is right where its role is result or conclusion, under
"Limitations" where it is limitation, under "Open questions" limitation or conclusion, under "Availability"
availability, under "Data" method or result (the data themselves are not among the roles); a gist where it is anything
but background. Prints each that is not.
"""

import gzip
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from assistant.report.extractive import quote_sentence
from assistant.report.outline import RhetoricalRole
from assistant.report.pipeline import build_report
from assistant.report.schema import ReportSpec
from assistant.report.sentence_choice import Telling
from assistant.report.shared_statements import COUNTED
from benchmarks import corpora
from benchmarks.fit_roles import is_fitted_on
from benchmarks.question_libraries import EXPORTS, list_abstracts
from benchmarks.themes import sample_library
from store.paper import Paper
from store.readers import read_papers

LABELS = Path(__file__).with_name("roles_listing.jsonl")
READ = Path(__file__).with_suffix(".jsonl")
# The listing, and what the roles were fitted on: the files of PubMed in every format.
_LEFT_OUT = {"author_listing_txt", "nbib", "pubmed_xml"}
_LEFT_OUT_FILES = ("blue-light", "pubmed")
_SHORT = 200
_Key = tuple[str, str, str]  # What a sentence was to tell, the part, the collection.
RIGHT = {
    "": {"aim", "method", "result", "conclusion", "availability"},
    "Results": {"result", "conclusion"},
    "Data": {"method", "result"},
    "Limitations": {"limitation"},
    "Open questions": {"limitation", "conclusion"},
    "Availability": {"availability"},
}


def main(part: str) -> None:
    """Print how many sentences shown under each label are what it says."""
    lines = [json.loads(line) for line in LABELS.read_text(encoding="utf-8").splitlines()]
    roles = {(line["paper"], line["start"]): line["role"] for line in lines if part in ("all", line["part"])}
    shown, right = Counter[str](), Counter[str]()
    for section in build_report(sample_library(), ReportSpec()).sections:
        for paragraph in section.paragraphs:
            for claim in paragraph.claims:
                if claim.decision.by == COUNTED:
                    continue
                (place,) = [(one.paper_id, one.start) for one in claim.citations]
                if place not in roles:
                    continue
                shown[paragraph.label] += 1
                right[paragraph.label] += roles[place] in RIGHT[paragraph.label]
                if roles[place] not in RIGHT[paragraph.label]:
                    print(f"    {paragraph.label or 'Gist'} shows a {roles[place]}: {claim.text[:110]}")
    for label, count in shown.items():
        print(f"{label or 'Gist'}: {right[label]} of {count} right ({right[label] / count:.2f})")


def count_read() -> None:
    """Print for each list and part how many of the sentences that would be shown are right, of those that were read."""
    papers = {("medical", paper.id): paper for paper in list_medical_papers()}
    papers |= {("formats", paper.id or paper.title): paper for paper in list_format_papers()}
    papers |= {(name, paper.id): paper for name in corpora.COLLECTIONS for paper in corpora.papers(name)}
    papers |= {("pubmed", paper.id): paper for paper in list_abstracts("pubmed")}
    for name, path in EXPORTS.items():
        papers |= {(name, item.id or item.title): item for item in read_papers(path) if isinstance(item, Paper)}
    shown, right, stated = Counter[_Key](), Counter[_Key](), Counter[_Key]()
    for line in map(json.loads, READ.read_text(encoding="utf-8").splitlines()):
        role = RhetoricalRole("", "", telling=Telling(line["telling"]))
        quote = quote_sentence(role, papers[line["collection"], line["paper"]])
        key = (line["telling"], line["part"], line["collection"])
        stated[key] += line["right"]
        if quote and quote.sentence and quote.sentence.start == line["start"]:
            shown[key] += 1
            right[key] += line["right"]
    for key in sorted(shown):
        share = f"{right[key]} of {shown[key]} right ({right[key] / shown[key]:.2f})"
        print(f"{', '.join(key)}: {share}, of {stated[key]} that are")


def list_medical_papers() -> Iterator[Paper]:
    """List the second half of PubMedQA, every other one with its labels, and the texts of SciFact not fitted on."""
    with gzip.open(corpora.SHARED / "eval" / "pubmedqa_dev.jsonl.gz", "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    for number, row in enumerate(rows[len(rows) // 2 :]):
        parts = zip([*row["labels"], "CONCLUSION"], [*row["contexts"], row["conclusion"]], strict=True)
        text = " ".join(f"{label}: {part}" if number % 2 == 0 else part for label, part in parts)
        yield Paper(id=f"pqa-{row['id']}", title=row["question"], abstract=" ".join(text.split()))
    for paper in corpora.papers("scifact"):
        if len(paper.abstract) > _SHORT and not is_fitted_on(paper):
            yield paper


def list_format_papers() -> list[Paper]:
    """List the records with an abstract, of one title once."""
    papers: dict[str, Paper] = {}
    for folder in sorted((corpora.SHARED / "formats").iterdir()):
        files = sorted(folder.iterdir()) if folder.is_dir() and folder.name not in _LEFT_OUT else []
        for path in files:
            if not any(part in path.name for part in _LEFT_OUT_FILES):
                for item in read_papers(path):
                    if isinstance(item, Paper) and len(item.abstract) > _SHORT:
                        papers.setdefault(item.title.lower()[:60], item)
    return [*papers.values()]


if __name__ == "__main__":
    if sys.argv[1:] == ["read"]:
        count_read()
    else:
        main(sys.argv[1] if len(sys.argv) > 1 else "dev")
