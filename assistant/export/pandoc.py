"""References in a style of the Citation Style Language as pandoc sets them, which knows all of that language."""

import json
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from lxml import html

from store.errors import InputError

_PATIENCE = 120  # seconds; a thousand references take some five. Chosen by hand


def find_pandoc() -> str:
    """Find the newer of the pandoc of the extra ``export`` and that on the PATH; "" where there is neither.

    A distribution's may be years older than the extra's, and not know typst, which sets PDF.
    """
    try:
        from pypandoc import get_pandoc_path

        return str(get_pandoc_path())
    except (ImportError, OSError):
        return shutil.which("pandoc") or ""


def set_references(program: str, items: Sequence[dict[str, Any]], style: Path) -> list[tuple[str, str]]:
    """Set items of CSL-JSON, and return of each what stands before it, such as a number, and its text.

    Args:
        program: The pandoc to run.
        items: The items, with ids of letters and digits.
        style: The file of the style.

    Raises:
        InputError: pandoc fails, or the style has no reference for one of them.
    """
    cited = ", ".join(f"@{item['id']}" for item in items)
    with TemporaryDirectory() as folder:
        Path(folder, "items.json").write_text(json.dumps([_escape(item) for item in items]), encoding="utf-8")
        options = ["--from=markdown-smart", "--to=html", "--citeproc", "--wrap=none", "--bibliography=items.json"]
        command = [program, *options, f"--csl={style.resolve()}", "--metadata=lang:en"]
        try:
            run = subprocess.run(
                command, cwd=folder, input=f"---\nnocite: |\n  {cited}\n---\n".encode(), check=True,
                capture_output=True, timeout=_PATIENCE,
            )  # fmt: skip
        except subprocess.CalledProcessError as error:
            lines = error.stderr.decode(errors="replace").strip().splitlines()
            raise InputError(f"pandoc cannot set the style {style.name}: {' '.join(lines[-2:])}", _TAKE) from error
        except (OSError, subprocess.TimeoutExpired) as error:
            raise InputError(f"pandoc cannot set the style {style.name}: {error}.", _TAKE) from error
    entries = {str(entry.get("id", "")): entry for entry in _parse_entries(run.stdout.decode())}
    missing = next((item["id"] for item in items if f"ref-{item['id']}" not in entries), None)
    if missing is not None:
        raise InputError(f"The style {style.name} has no reference for some of the papers.", _TAKE)
    return [_read_entry(entries[f"ref-{item['id']}"]) for item in items]


_LESS = "\ue0f3"  # stands for <; no text holds it
_TAKE = "Take another style."


def _escape(value: Any) -> Any:
    """Hide what pandoc would take for markup in a text: ``<b>``, ``<i>`` and others mean something in CSL-JSON."""
    if isinstance(value, str):
        return value.replace("<", _LESS)
    if isinstance(value, dict):
        return {name: _escape(inner) for name, inner in value.items()}
    return [*map(_escape, value)] if isinstance(value, list) else value


def _parse_entries(page: str) -> list[Any]:
    return list(html.fromstring(f"<div>{page}</div>").xpath("//div[contains(@class, 'csl-entry')]"))


def _read_entry(entry: Any) -> tuple[str, str]:
    margin = entry.xpath(".//div[contains(@class, 'csl-left-margin')]")
    inline = entry.xpath(".//div[contains(@class, 'csl-right-inline')]")
    body = inline[0] if inline else entry
    return _to_line(margin[0]) if margin else "", _to_line(body)


def _to_line(element: Any) -> str:
    return re.sub(r"\s+", " ", str(element.text_content())).strip().replace(_LESS, "<")
