"""``conspectus doctor``."""

from argparse import Namespace

from assistant.cli.opening import opened
from assistant.cli.output import Output
from assistant.cli.page import Page
from assistant.cli.wording import count
from store.doctor import Check


def run(args: Namespace, out: Output) -> int:
    """Check, and mend where it was asked for; 1 where something is wrong."""
    with opened(args) as assistant:
        if args.re_embed:
            out.note("Embedding every paper anew; a thousand abstracts take about a minute.")
            out.note(f"Gave {count(assistant.reembed(), 'paper')} a new vector.")
        checks = assistant.doctor(args.repair)
    if out.json:
        out.array(checks)
    else:
        for check in checks:
            _show(out.page, check)
    return 0 if all(check.ok for check in checks) else 1


def _show(page: Page, check: Check) -> None:
    sign = ("✓", "green") if check.ok else ("✗", "red")
    words = "" if check.ok else " failed"
    page.line((f"{check.name}{words}: ", "bold"), check.detail, indent=2, first=sign)
    if check.hint:
        page.line((check.hint, "dim"), indent=2)
