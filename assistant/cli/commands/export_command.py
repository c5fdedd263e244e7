"""``conspectus export``."""

from argparse import Namespace

from assistant import Assistant
from assistant.cli.console import Output
from assistant.cli.formatting import count_noun
from assistant.cli.library_context import explain_empty, open_library, read_filters
from store.errors import InputError


def run(args: Namespace, out: Output) -> int:
    """Write; a library without such papers gives a file without any."""
    with open_library(args, embeds=False) as assistant:
        if not assistant.papers.count(**read_filters(args)):
            out.write_note(explain_empty(assistant, read_filters(args)))
        if args.style and args.format:
            raise InputError("A list of references has a style and no format.", "Leave out --format or --style.")
        if args.output:
            _save(assistant, args, out)
        elif args.style:
            _show_references(assistant, args, out)
        else:
            _show_papers(assistant, args, out)
    return 0


def _save(assistant: Assistant, args: Namespace, out: Output) -> None:
    written = assistant.papers.save(args.output, args.format, args.style, **read_filters(args))
    if out.json:
        out.write_document({"file": args.output, "format": written.format, "papers": written.papers})
    else:
        out.write_note(f"Written: {args.output} ({written.format}, {count_noun(written.papers, 'paper')})")


def _show_references(assistant: Assistant, args: Namespace, out: Output) -> None:
    lines = assistant.papers.references(args.style, **read_filters(args))
    if out.json:
        out.write_document({"style": args.style, "references": lines})
    else:
        out.write_text("".join(f"{line}\n" for line in lines))


def _show_papers(assistant: Assistant, args: Namespace, out: Output) -> None:
    format = assistant.papers.resolve_format(args.format)
    pieces = assistant.papers.export(format, **read_filters(args))
    if out.json:
        out.write_document({"format": format, "text": "".join(pieces)})
    else:
        out.write_pieces(pieces)
