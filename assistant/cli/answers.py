"""An answer for a reader: text, what the check found, references, and how it was made."""

from assistant.cli import wording
from assistant.cli.markdown import parts
from assistant.cli.page import Page
from assistant.types import Answer, Claim, Reference, Support

_SIGNS = {
    Support.SUPPORTED: ("✓", "green", "supported"),
    Support.PARTIAL: ("~", "yellow", "only partly supported"),
    Support.UNSUPPORTED: ("✗", "red", "not supported"),
}
_TRY = "Try other words, look with `conspectus search`, or add papers with `conspectus add`."


def show_answer(page: Page, answer: Answer) -> None:
    """Write an answer."""
    if answer.abstained:
        page.line(("No answer. ", "bold yellow"), answer.reason)
        page.line((_TRY, "dim"))
        return
    _text(page, answer.text)
    _checks(page, answer.claims)
    if answer.references:
        page.line()
        page.line(("References", "bold"))
    for reference in answer.references:
        _reference(page, reference)
    page.line()
    page.line((_mode(answer), "dim"))


def _text(page: Page, markdown: str) -> None:
    for line in markdown.splitlines():
        bullet = line.startswith("- ")
        page.line(*parts(line[2:] if bullet else line), indent=2 if bullet else 0, first="- " if bullet else "")


def _checks(page: Page, claims: tuple[Claim, ...]) -> None:
    doubtful = [claim for claim in claims if claim.support is not Support.SUPPORTED]
    if not doubtful:
        return
    page.line()
    page.line(
        (f"Checked against the sources: {len(doubtful)} of {wording.count(len(claims), 'sentence')} in doubt", "bold")
    )
    for claim in doubtful:
        sign, colour, words = _SIGNS[claim.support]
        cited = "".join(f"[{citation.n}]" for citation in claim.citations)
        page.line((f"{words}: ", colour), f"{claim.text} {cited}", indent=2, first=(sign, colour))


def _reference(page: Page, reference: Reference) -> None:
    page.line((reference.title, "bold"), indent=5, first=(f"[{reference.n}]", "cyan"))
    page.line((wording.of_reference(reference), "dim"), indent=5)


def _mode(answer: Answer) -> str:
    if answer.mode == "extractive":
        return "Quoted excerpts, no model: matches wording, not meaning."
    used = answer.usage.input_tokens + answer.usage.output_tokens
    return f"Written by {answer.mode}, {wording.count(used, 'token')}; every sentence checked against its sources."
