"""Bodies taken apart as far as paging needs it; the papers in them are read by ``store.readers``."""

import json
import re
from typing import Any

from lxml import etree

from store.providers.base import Garbled

_PAGE = re.compile(rb"\s*<(?:!doctype\s+html|html)", re.IGNORECASE)


def json_object(body: bytes) -> dict[str, Any]:
    """The JSON object that a body is; raises Garbled."""
    _check_page(body)
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Garbled("something that is no JSON, or broken off") from error
    if not isinstance(value, dict):
        raise Garbled("JSON that is no answer")
    return value


def xml_root(body: bytes) -> Any:
    """The root of the XML that a body is; raises Garbled."""
    _check_page(body)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Garbled(f"something that is no XML, or broken off{_said(body)}") from error
    if root is None:
        raise Garbled("nothing")
    return root


def tag(element: Any) -> str:
    """An element's name without its namespace."""
    return str(etree.QName(element).localname)


def whole(value: Any) -> int | None:
    """A count, as a number or as text; None for all else."""
    text = str(value).strip() if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return int(text) if re.fullmatch(r"[0-9]{1,15}", text) else None


def entries(value: Any) -> list[Any]:
    """A list; raises Garbled for all else."""
    if not isinstance(value, list):
        raise Garbled("JSON that is no answer")
    return value


def mapped(value: Any) -> dict[str, Any]:
    """An object; an empty one for all else."""
    return value if isinstance(value, dict) else {}


def _check_page(body: bytes) -> None:
    if not body.strip():
        raise Garbled("nothing")
    if _PAGE.match(body.removeprefix(b"\xef\xbb\xbf")):
        raise Garbled("a web page")


def _said(body: bytes) -> str:
    """A short text in words, as arXiv answers who asks too often."""
    text = body.decode(errors="replace").strip()
    return f": {text}" if len(text) <= 100 and text.isprintable() and not text.startswith("<") else ""
