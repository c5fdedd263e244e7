"""``conspectus doctor``."""

from argparse import Namespace
from collections.abc import Iterable, Iterator

from assistant import Assistant, Check
from assistant.cli.console import Output, Page
from assistant.cli.context import opened, settings_of
from assistant.cli.phrases import count
from assistant.settings import Settings
from store.errors import InputError

NO_MODEL = """\
No model is set, so answers are quoted excerpts. To set one, for this command and for ask, eval and demo:
  --model openai:gpt-4o-mini                              with the key in the environment as OPENAI_API_KEY
  --model NAME --base-url http://localhost:11434/v1       a server of your own, such as Ollama
CONSPECTUS_MODEL and CONSPECTUS_BASE_URL, or model and base_url under [chat] in the file of settings, do so for good."""


def run(args: Namespace, out: Output) -> int:
    """Check, and mend where it was asked for; 1 where something is wrong."""
    return _models(args, out) if args.models else _library(args, out)


def _library(args: Namespace, out: Output) -> int:
    with opened(args) as assistant:
        if args.re_embed:
            out.note("Embedding every paper anew; a thousand abstracts take about a minute.")
            out.note(f"Gave {count(assistant.reembed(), 'paper')} a new vector.")
        return _told(assistant.doctor(args.repair), out)


def _models(args: Namespace, out: Output) -> int:
    if args.repair or args.re_embed:
        raise InputError("--models asks the models and leaves the library alone.", "Mend it with a command of its own.")
    settings = settings_of(args)
    if not settings.chat.model:
        for line in NO_MODEL.splitlines():
            out.note(line)
    if _asked(settings):
        out.note(f"Asking {' and '.join(_asked(settings))}; a slow server takes a minute or two.")
    return _told(Assistant.probe_models(settings), out)


def _asked(settings: Settings) -> list[str]:
    models = (settings.chat, settings.report, settings.embedding)
    return list(dict.fromkeys(f"{one.name} at {one.endpoint or 'nobody knows where'}" for one in models if one.model))


def _told(checks: Iterable[Check], out: Output) -> int:
    """Write each check as it comes; 1 where one of them failed."""
    failed: list[Check] = []

    def noted() -> Iterator[Check]:
        for check in checks:
            failed.extend([] if check.ok else [check])
            yield check

    if out.json:
        out.array(noted())
    else:
        for check in noted():
            _show(out.page, check)
            out.page.stream.flush()
    return 1 if failed else 0


def _show(page: Page, check: Check) -> None:
    sign = ("✓", "green") if check.ok else ("✗", "red")
    words = "" if check.ok else " failed"
    page.line((f"{check.name}{words}: ", "bold"), check.detail, indent=2, first=sign)
    if check.hint:
        page.line((check.hint, "dim"), indent=2)
