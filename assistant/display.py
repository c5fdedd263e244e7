"""What interfaces need to show papers, claims and reports, whichever module inside has it.

What loads the engine loads it when it is called, so that a screen that only lists papers need not wait for it.
"""

from typing import TYPE_CHECKING

from assistant.catalogue.profiles import describe_profile as describe_profile
from store.person_name import name_words as name_words
from store.person_name import parse_name as parse_name
from store.person_name import sort_authors as sort_authors

if TYPE_CHECKING:
    from assistant.report.schema import Report, Section
    from assistant.types import Claim
    from store.paper import Paper


def fold_text(text: str) -> str:
    """Return a text as it is searched in: without case and accents."""
    from assistant.sessions.full_text import fold_text

    return fold_text(text)


def list_claims(section: "Section") -> "tuple[Claim, ...]":
    """List the claims of a section, those of its table too."""
    from assistant.report.schema import list_claims

    return list_claims(section)


def find_link(paper: "Paper") -> str:
    """Return the address of a paper: by its DOI, by its arXiv id, or its page; "" where none is known."""
    from assistant.export.fields import find_link

    return find_link(paper)


def warn_of_orders(paper: "Paper") -> str:
    """Say that a paper gives orders to its reader, so that nothing of it gets a top sign; "" for all others."""
    from assistant.sound_texts import is_sound_paper

    if is_sound_paper(paper):
        return ""
    from assistant.verify.injection import GIVES_ORDERS, gives_orders

    return GIVES_ORDERS if gives_orders(paper) else ""


def quote_claim(claim: "Claim") -> str:
    """Return a claim, in quotation marks where it is a sentence of an abstract word for word."""
    from assistant.report.render.captions import word_claim

    return word_claim(claim)


def count_ledger(report: "Report") -> str:
    """Return the ledger of a report in one sentence, such as "45 papers: 44 cited, 1 no abstract."."""
    from assistant.report.render.captions import sum_up_ledger

    return sum_up_ledger(report)


def is_frame(section: "Section") -> bool:
    """Say whether a section is the overview or the conclusion of a report, and no theme of it."""
    from assistant.report.extractive import CLOSING, OPENING

    return section.heading in (OPENING, CLOSING)


def list_report_formats() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the formats of reports by their endings: those that are text, and those that pandoc makes."""
    from assistant.report.render.output import TEXTS
    from assistant.report.render.pandoc import FORMATS

    return TEXTS, tuple(FORMATS)
