"""Drafts of Word and LibreOffice, read as Markdown by pandoc: a paragraph a line, headings, lists and notes as such."""

import re
import subprocess
from pathlib import Path

from store.errors import InputError

ENDINGS = frozenset((".docx", ".odt", ".rtf"))
_PATIENCE = 60  # seconds; a thesis takes some five. Chosen by hand
# pandoc escapes the brackets of a text, which are citations here: "\[1\]".
_BRACKET = re.compile(r"\\([\[\]])")
_INSTEAD = "Save the draft as Markdown or plain text, and give that file."


def convert_document(path: Path) -> str:
    """Convert a document to Markdown.

    Raises:
        InputError: pandoc is not installed, or cannot read it.
    """
    from assistant.export.pandoc import find_pandoc  # late: with it comes a reader of HTML

    program = find_pandoc()
    if not program:
        raise InputError(
            f"{path.name} is read by pandoc, which is not installed.",
            f"Install it (pip install 'conspectus[export]'). {_INSTEAD}",
        )
    reading = [f"--from={path.suffix[1:].lower()}", "--sandbox"]
    without = "smart-raw_html-raw_attribute-bracketed_spans-native_spans-header_attributes"
    writing = [f"--to=markdown-{without}", "--wrap=none"]
    try:
        run = subprocess.run(
            [program, *reading, *writing, str(path.absolute())], check=True, capture_output=True, timeout=_PATIENCE
        )
    except subprocess.CalledProcessError as error:
        lines = error.stderr.decode(errors="replace").strip().splitlines()
        raise InputError(f"pandoc cannot read {path.name}: {' '.join(lines[-2:])}.", _INSTEAD) from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise InputError(f"pandoc cannot read {path.name}: {type(error).__name__}.", _INSTEAD) from error
    return _BRACKET.sub(r"\1", run.stdout.decode())
