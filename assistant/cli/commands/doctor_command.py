"""``conspectus doctor``."""

from argparse import Namespace
from collections.abc import Iterable, Iterator

from assistant import Assistant, Check
from assistant.cli.console import ConsolePage, Output
from assistant.cli.formatting import count_noun
from assistant.cli.imports import show_progress
from assistant.cli.library_context import open_library, read_settings
from assistant.settings import Settings
from store.errors import InputError

NO_MODEL = """\
No model is set, so answers are quoted excerpts. To set one, for this command and for ask, eval and demo:
  --model openai:gpt-4o-mini                              with the key in the environment as OPENAI_API_KEY
  --model NAME --base-url http://localhost:11434/v1       a server of your own, such as Ollama
CONSPECTUS_MODEL and CONSPECTUS_BASE_URL, or model and base_url under [chat] in the file of settings, do so for good."""


def run(args: Namespace, out: Output) -> int:
    """Check, and mend where it was asked for; 1 where something is wrong."""
    if args.forget and not args.models:
        raise InputError("--forget forgets what was worked out of the models.", "Say --models with it.")
    return _check_models(args, out) if args.models else _check_library(args, out)


def _check_library(args: Namespace, out: Output) -> int:
    with open_library(args) as assistant:
        if args.re_embed:
            out.write_note(
                "Embedding every paper anew; until all are, the old vectors serve. Stopped, it goes on again."
            )
            with show_progress(out.notes, assistant.name) as listen:
                count = assistant.reembed(listen)
            out.write_note(f"Gave {count_noun(count, 'paper')} a new vector.")
        return _show_checks(assistant.doctor(args.repair, args.files), out)


def _check_models(args: Namespace, out: Output) -> int:
    if args.repair or args.re_embed:
        raise InputError("--models asks the models and leaves the library alone.", "Mend it with a command of its own.")
    settings = read_settings(args)
    if args.forget:
        forgotten = Assistant.forget_terms(settings)
        out.write_note(f"Forgot what was worked out of {' and '.join(forgotten) or 'no model'}.")
    if not settings.chat.model:
        for line in NO_MODEL.splitlines():
            out.write_note(line)
    if _list_models(settings):
        out.write_note(f"Asking {' and '.join(_list_models(settings))}; a slow server takes a minute or two.")
    return _show_checks(Assistant.probe_models(settings), out)


def _list_models(settings: Settings) -> list[str]:
    judges = (settings.check,) if settings.check.second_stage == "model" else ()
    models = (settings.chat, settings.report, *judges, settings.embedding)
    return list(
        dict.fromkeys(f"{model.name} at {model.endpoint or 'nobody knows where'}" for model in models if model.model)
    )


def _show_checks(checks: Iterable[Check], out: Output) -> int:
    """Write each check as it comes; 1 where one of them failed."""
    failed: list[Check] = []

    def count_failures() -> Iterator[Check]:
        for check in checks:
            failed.extend([] if check.ok else [check])
            yield check

    if out.json:
        out.write_array(count_failures())
    else:
        for check in count_failures():
            _show_check(out.page, check)
            out.page.stream.flush()
    return 1 if failed else 0


def _show_check(page: ConsolePage, check: Check) -> None:
    sign = ("✗", "red") if not check.ok else ("✓", "green") if check.works else ("–", "dim")
    words = "" if check.ok else " failed"
    detail, *more = check.detail.split("\n")
    page.write_line((f"{check.name}{words}: ", "bold"), detail, indent=2, first=sign)
    for line in more:
        page.write_line(line, indent=2)
    if check.hint:
        page.write_line((check.hint, "dim"), indent=2)
