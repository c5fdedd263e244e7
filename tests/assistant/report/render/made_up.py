"""A report made by hand, with any text wherever text of others stands."""

from assistant.report.render.manuscript import Manuscript, build_manuscript
from assistant.report.schema import Bucket, Cell, LedgerEntry, Manifest, Paragraph, Report, ReportKind, Section, Table
from assistant.types import Citation, Claim, Reference, Support, Usage
from store.paper import Paper
from tests.assistant.small import paper

ABSTRACT = "Crashes are rare. We estimate them by sampling. It takes 20 times less time."
QUOTE = "We estimate them by sampling."
KEY = "poe2018rare"
# What must never come to be more than text.
HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[click](javascript:alert(1))",
    "![](https://example.org/x.png)",
    r"\input{secret} \write18{ls} $x$ #import",
    "=cmd|' /C calc'!A0",
    "@poe2018rare [@x] {.class} ^[note] :::",
    "\u202egnp.exe \x1b[31m",
    '"><svg onload=alert(1)> --> ]]> `code` ~~~',
    "| a | b |\n|---|---|\n- x",
)


def rare(text: str = "On Rare Events") -> Paper:
    """The paper that is cited."""
    return paper("p", text, ABSTRACT, "Ann Poe", 2018, urls=("https://example.org/p",))


def claim(text: str = QUOTE, support: Support = Support.WORDED, *reasons: str) -> Claim:
    """A claim on the second sentence of the abstract."""
    start = ABSTRACT.index(QUOTE)
    cited = Citation(n=1, paper_id="p", title="On Rare Events", quote=QUOTE, start=start, end=start + len(QUOTE))
    return Claim(text=text, support=support, citations=(cited,), reasons=reasons)


def report(text: str = "", kind: ReportKind = ReportKind.THEMES, mode: str = "extractive") -> Report:
    """A report with a section of each sort; ``text``, where given, stands in place of all text of others."""
    doubtful = claim(text or "They cost 30 percent.", Support.DOUBTFUL, text or "30 is not in the source")
    table = Table(
        head=("Paper", text or "Method"),
        rows=(
            (Cell(text=text or "On Rare Events"), Cell(claims=(claim(text or QUOTE),))),
            (Cell(text=text or "Notes"), Cell(text="not stated in the abstract")),
        ),
    )
    return Report(
        kind=kind,
        title=text or "Themes",
        sections=(
            Section(heading="Overview", paragraphs=(Paragraph(claims=(claim(text or QUOTE),)),)),
            Section(
                heading=text or "Rare events",
                paragraphs=(Paragraph(claims=(claim(text or QUOTE), doubtful), label=text or "Methods"),),
                papers=("p",),
                mode=mode,
                note=text,
            ),
            Section(heading="Side by side", table=table, papers=("p",)),
        ),
        references=(Reference(n=1, paper_id="p", title=text or "On Rare Events", authors=("Ann Poe",), year=2018),),
        ledger=(
            LedgerEntry(paper_id="p", title=text or "On Rare Events", bucket=Bucket.CITED, reason=text or "cited"),
            LedgerEntry(
                paper_id="q", title=text or "Notes", bucket=Bucket.NO_ABSTRACT, reason="the record has no abstract"
            ),
        ),
        manifest=Manifest(
            version="0.1.0", generation="g1", papers={"p": "h"}, settings={"kind": "themes", "topic": text}, model=mode
        ),
        usage=Usage(input_tokens=1000, output_tokens=200, dollars=0.5) if mode != "extractive" else Usage(),
    )


def printed(text: str = "", mode: str = "extractive") -> Manuscript:
    """The same with its paper, whose title, authors and so on are the text too."""
    cited = rare(text) if text else rare()
    if text:
        cited = paper("p", text, ABSTRACT, text, 2018, venue=text, identifiers={"doi": text}, urls=(f"https://{text}",))
    return build_manuscript(report(text, mode=mode), [cited], {"p": KEY})
