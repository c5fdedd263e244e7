"""``conspectus export``."""

from argparse import Namespace
from pathlib import Path

from assistant import Assistant
from assistant.cli.console import Output
from assistant.cli.context import conditions, nothing, opened
from assistant.cli.phrases import count
from store.errors import InputError
from store.files import put


def run(args: Namespace, out: Output) -> int:
    """Write; a library without such papers gives a file without any."""
    with opened(args) as assistant:
        if not assistant.papers.count(**conditions(args)):
            out.note(nothing(assistant))
        if args.style:
            return _references(assistant, args, out)
        return _papers(assistant, args, out)


def _references(assistant: Assistant, args: Namespace, out: Output) -> int:
    if args.format:
        raise InputError("A list of references has a style and no format.", "Leave out --format or --style.")
    lines = assistant.papers.references(args.style, **conditions(args))
    text = "".join(f"{line}\n" for line in lines)
    if args.output:
        put(Path(args.output), text.encode())
        _tell(out, args.style, args.output, len(lines))
    elif out.json:
        out.document({"style": args.style, "references": lines})
    else:
        out.text(text)
    return 0


def _papers(assistant: Assistant, args: Namespace, out: Output) -> int:
    format = assistant.papers.resolve_format(args.format, args.output)
    if args.output:
        written = assistant.papers.save(args.output, format, **conditions(args))
        _tell(out, format, args.output, written.papers)
        return 0
    pieces = assistant.papers.export(format, **conditions(args))
    if out.json:
        out.document({"format": format, "text": "".join(pieces)})
    else:
        out.pieces(pieces)
    return 0


def _tell(out: Output, what: str, file: str, papers: int) -> None:
    if out.json:
        out.document({"file": file, "format": what, "papers": papers})
    else:
        out.note(f"Written: {file} ({what}, {count(papers, 'paper')})")
