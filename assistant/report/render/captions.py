"""The words that every format of a report has in common."""

from collections import Counter
from collections.abc import Iterator
from urllib.parse import quote, urlsplit

from assistant.phrases import SCALE, SENSE, count_supports, explain_signs
from assistant.question.description import describe_filters
from assistant.report.extractive import OPENING
from assistant.report.schema import Bucket, Report, Section
from assistant.report.shared_statements import COUNTED
from assistant.types import EXTRACTIVE, Claim
from store.filters import Filters

REFERENCES = "References"
LEDGER = "Where every paper went"
MADE = "How this was made"
LEDGER_HEAD = ("Paper", "Where it went", "Why")


def describe_doubt(claim: Claim) -> str:
    """Say what the check of a claim found wanting, "" where it may stand."""
    if claim.holds:
        return ""
    return f"{claim.words}: {'; '.join(claim.reasons)}" if claim.reasons else claim.words


def write_sign(claim: Claim) -> str:
    """Write the sign of a claim, with its words and reasons where it does not hold."""
    return f"{SCALE[claim.support].glyph} {describe_doubt(claim)}".strip()


def word_claim(claim: Claim) -> str:
    """Word a claim, in quotation marks where it is a sentence of an abstract word for word."""
    return f"“{claim.text}”" if [citation.quote for citation in claim.citations] == [claim.text] else claim.text


def sum_up_ledger(report: Report) -> str:
    """Sum up the ledger in one sentence, such as "45 papers: 44 cited, 1 no abstract."."""
    papers = Counter(entry.bucket for entry in report.ledger)
    each = ", ".join(f"{papers[bucket]} {bucket.value}" for bucket in Bucket if papers[bucket])
    return f"{len(report.ledger)} {'paper' if len(report.ledger) == 1 else 'papers'}: {each}."


def describe_check(report: Report) -> str:
    """Say who wrote it, and how many of its sentences have which sign."""
    modes = sorted({section.mode for section in report.sections if section.mode != EXTRACTIVE})
    if not modes and report.manifest.identity:
        return (
            f"Quoted from the abstracts, word for word: {report.manifest.model} was asked, and nothing that it wrote "
            "stands here."
        )
    if not modes:
        counted = any(claim.decision.by == COUNTED for claim in report.claims)
        others = ", but for the sentences that count which papers share a subject" if counted else ""
        return f"Quoted from the abstracts, word for word{others}; no model wrote any of it."
    deciders = sorted({claim.decision.by for claim in report.claims if claim.decision.stage in ("learned", "model")})
    sense = f"The sense was looked at by {', '.join(deciders)}" if deciders else f"{SENSE[:1].upper()}{SENSE[1:]}"
    return f"Written by {', '.join(modes)}; {count_supports(claim.support for claim in report.claims)}. {sense}."


def list_provenance(report: Report) -> list[tuple[str, str]]:
    """List what made the report: names and values."""
    manifest, usage = report.manifest, report.usage
    dated = f" (prices of {usage.priced})" if usage.priced else ""
    tokens = f"{usage.input_tokens:,} in, {usage.output_tokens:,} out" if usage.input_tokens else ""
    passes = manifest.passes.items()
    rows = [
        ("Text", describe_check(report)),
        ("Signs", explain_signs()),
        ("Kind", report.kind.value),
        ("Conspectus", manifest.version),
        ("Library generation", manifest.generation),
        ("Papers in scope", str(len(report.ledger))),
        ("Model", manifest.model),
        ("Prompts", manifest.prompts),
        ("Seed", str(manifest.seed)),
        ("Tokens", tokens),
        (
            "Tokens by pass",
            "; ".join(f"{name} {used.input_tokens:,} in, {used.output_tokens:,} out" for name, used in passes),
        ),
        ("Price", "" if usage.dollars is None else f"{usage.dollars:.4f} US dollars{dated}"),
        *_list_settings(report),
    ]
    return [(name, value) for name, value in rows if value]


def _list_settings(report: Report) -> Iterator[tuple[str, str]]:
    """Yield what was asked for, but for what stands elsewhere."""
    for name, value in sorted(report.manifest.settings.items()):
        if name == "filters":
            yield "Filters", describe_filters(Filters.model_validate_json(str(value)))
        elif name not in ("kind", "form") and not name.endswith("_prompt"):
            yield name.replace("_", " ").capitalize(), ", ".join(value) if isinstance(value, list) else str(value)


def split_sections(report: Report) -> tuple[tuple[Section, ...], tuple[Section, ...]]:
    """Split the sections into those before and behind the pictures, which follow the overview."""
    before = 1 if report.sections[:1] and report.sections[0].heading == OPENING else 0
    return report.sections[:before], report.sections[before:]


def web_address(url: str) -> str:
    """Give an address that may be a link, "" for one that is not of the web or has no host."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    safe = parts.scheme in ("http", "https") and parts.hostname and "\\" not in url
    return quote(url, safe=":/?#[]@!$&'()*+,;=%~") if safe else ""
