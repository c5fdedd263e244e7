"""``conspectus where``: the papers and places that say a text, and those that say otherwise."""

from argparse import Namespace
from collections.abc import Sequence

from assistant import Place, Places
from assistant.cli.console import ConsolePage, Output
from assistant.cli.exit_codes import DONE, NO_ANSWER
from assistant.cli.library_context import explain_empty, open_assistant, read_evidence_filters, read_settings
from assistant.cli.standard_input import read_words
from assistant.phrases import SCALE, describe_support

_EXAMPLE = 'Give one, for example: conspectus where "90.94%"'


def run(args: Namespace, out: Output) -> int:
    """Look; 3 where no paper says it."""
    text = read_words(args.text, "text", _EXAMPLE)
    settings = read_settings(args)
    with open_assistant(settings, asks=False) as assistant:
        filters = read_evidence_filters(args, settings)
        places = assistant.papers.where(text, args.limit, **filters)
        if not assistant.papers.count(**filters):
            out.write_note(explain_empty(assistant, filters))
    if out.json:
        out.write_document(places)
    else:
        show_places(out.page, places)
    return DONE if places.said else NO_ANSWER


def show_places(page: ConsolePage, places: Places) -> None:
    """Write where a text is said, where the contrary is, and what comes nearest."""
    page.write_line((f"{places.summary[:1].upper()}{places.summary[1:]}.", "bold"))
    _show_group(page, "", places.said)
    _show_group(page, "Say otherwise", places.denied)
    _show_group(page, "Near, and do not say it", places.near)


def _show_group(page: ConsolePage, title: str, group: Sequence[Place]) -> None:
    if group and title:
        page.write_line()
        page.write_line((title, "bold"))
    for place in group:
        sign = SCALE[place.support]
        page.write_line()
        gone = (f" ({place.retraction})", "red") if place.retraction else ""
        page.write_line((place.title, "bold"), gone, indent=2, first=(sign.glyph, sign.colour))
        words = describe_support(place.support, place.decision.by)
        reasons = f": {'; '.join(place.reasons)}" if place.reasons else ""
        page.write_line((f"[@{place.key}] ", "cyan"), (words, sign.colour), reasons, indent=4)
        if place.quote:
            page.write_line(
                f"“{place.quote}”", (f" (characters {place.start} to {place.end} of its abstract)", "dim"), indent=4
            )
