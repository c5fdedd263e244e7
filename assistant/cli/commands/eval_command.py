"""``conspectus eval``."""

from argparse import Namespace

from assistant import ModelEvaluation
from assistant.cli.console import ConsolePage, Output
from assistant.cli.formatting import format_usage
from assistant.cli.library_context import open_assistant, read_settings

_SCORES = (
    ("gold@5", "gold_at_5", "a right paper is among the first 5 of search"),
    ("cited", "cited", "the answer cites a right paper"),
    ("contains", "contains", "the answer or its quotes hold the words wanted"),
    ("multi recall", "multi_recall", "right papers cited, of those that are all needed"),
    ("metadata recall", "metadata_recall", "the same for questions about the catalogue"),
    ("verbatim", "verbatim", "quotes that stand in the abstract as cited"),
    ("abstention precision", "abstention_precision", "abstained and rightly, of all abstentions"),
    ("abstention recall", "abstention_recall", "abstained, of the questions without an answer"),
)


def run(args: Namespace, out: Output) -> int:
    """Score; low scores are no error, but 1 where every question failed."""
    settings = read_settings(args)
    with open_assistant(settings) as assistant:
        result = assistant.evaluate(args.file, settings.strict)
    if out.json:
        out.write_document(result)
    else:
        _show_scores(out.page, result)
    return 1 if result.failed == result.questions else 0


def _show_scores(page: ConsolePage, result: ModelEvaluation) -> None:
    for label, field, meaning in _SCORES:
        value = getattr(result, field)
        score = "   –" if value is None else f"{value:4.2f}"
        page.write_line((f"{label:<22}", ""), (f"{score}  ", "bold"), (meaning, "dim"))
    page.write_line()
    page.write_line(
        f"{result.questions} questions, {result.answerable} of them answerable; {result.false_abstentions} false "
        f"abstentions, {result.failed} failed, {result.citations} citations, {result.unknown_titles} unknown titles."
    )
    if result.model:
        page.write_line(f"Answered with {result.model}: {format_usage(result.model_usage) or 'no tokens counted'}.")
    for miss in result.missed:
        page.write_line()
        page.write_line((f"{miss.id} ", "bold"), (f"{miss.metric}: ", "yellow"), miss.question)
        page.write_line(miss.what, indent=2)
