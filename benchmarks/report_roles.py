"""Whether the sentences of a keyless report tell what they are shown as: python -m benchmarks.report_roles [dev|test].

The sentences of the 45 papers have a role each, given by hand before anything assigned one (``roles_listing.jsonl``). A
sentence shown under "Results" is right where its role is result or conclusion, under "Limitations" where it is
limitation, under "Open questions" limitation or conclusion, under "Availability" availability, under "Data" method or
result (the data themselves are not among the roles); a gist where it is anything but background. Prints each that is
not.
"""

import json
import sys
from collections import Counter
from pathlib import Path

from assistant.report.pipeline import build_report
from assistant.report.schema import ReportSpec
from benchmarks.themes import sample_library

LABELS = Path(__file__).with_name("roles_listing.jsonl")
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
                (place,) = [(one.paper_id, one.start) for one in claim.citations]
                if place not in roles:
                    continue
                shown[paragraph.label] += 1
                right[paragraph.label] += roles[place] in RIGHT[paragraph.label]
                if roles[place] not in RIGHT[paragraph.label]:
                    print(f"    {paragraph.label or 'Gist'} shows a {roles[place]}: {claim.text[:110]}")
    for label, count in shown.items():
        print(f"{label or 'Gist'}: {right[label]} of {count} right ({right[label] / count:.2f})")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "dev")
