"""The pages of a listing, one after the other, and when to stop.

Bodies are parsed here as far as paging needs it; ``store.readers`` reads the papers in them.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from store.paper import Paper, Problem, Source
from store.providers.client import Client, ProviderResponse
from store.providers.provider import BadResponse, NoSuchPaper, Provider, ProviderRequest, RequestRefused
from store.readers import Item, read_bytes
from store.readers.textfile import NO_PAPER
from store.readers.xml_records import Element


class Pager:
    """What a query or an author has, up to ``limit`` papers, each once.

    Args:
        client: Who asks.
        provider: Who is asked.
        first: The first page.
        name: What its papers and problems are said to be from.
        limit: How many papers to take at most.
    """

    def __init__(self, client: Client, provider: Provider, first: ProviderRequest, name: str, limit: int) -> None:
        self._client, self._provider, self._first = client, provider, first
        self._name, self._limit = name, limit
        self._seen: set[str] = set()
        self._this_time: set[str] = set()
        self._read = 0
        self._total: int | None = None
        self._kept: list[ProviderRequest] = []

    def fraction(self) -> float:
        """Return how much of it is taken, 0–1."""
        total = min(self._limit, self._limit if self._total is None else self._total)
        return min(1.0, len(self._seen) / total) if total else 1.0

    def items(self) -> Iterator[Item]:
        """Yield the papers and problems; a page is asked for when the one before is used up.

        Raises:
            SourceError: The provider fails; what came before it has been yielded.
        """
        ask: ProviderRequest | None = self._first
        while ask:
            got = self._get_page(ask)
            if got is None:  # the pages that are kept lead nowhere any more
                ask = self._first
                continue
            self._total = self._total if got.answer.total is None else got.answer.total
            before, ask = len(self._this_time), got.answer.next
            yield from self._read_papers(got)
            if len(self._seen) >= self._limit:
                break
            if ask and got.answer.has_papers and len(self._this_time) == before:
                yield self._build_problem("has page after page without a further paper; it was left there")
                return
        yield from self._report_missing()

    def _get_page(self, ask: ProviderRequest) -> ProviderResponse | None:
        """Ask for a page; None where pages of an earlier run lead nowhere any more: those are forgotten."""
        try:
            got = self._client.get(self._provider, ask)
        except (RequestRefused, NoSuchPaper):
            if not self._kept:
                raise
            for page in self._kept:
                self._client.forget(self._provider, page)
            self._kept.clear()
            self._this_time.clear()
            self._read = 0
            return None
        self._kept += [ask] if got.is_cached else []
        return got

    def _read_papers(self, got: ProviderResponse) -> Iterator[Item]:
        if not got.answer.has_papers:
            return
        for item in read_records(self._provider, got.body, self._name):
            self._read += isinstance(item, Paper) or (isinstance(item, Problem) and item.lost)
            if not isinstance(item, Paper):
                yield item
                continue
            self._this_time.add(item.id)
            if item.id not in self._seen and len(self._seen) < self._limit:
                self._seen.add(item.id)
                yield item

    def _report_missing(self) -> Iterator[Problem]:
        """Yield what there is beyond what was taken."""
        count, total = len(self._seen), self._total or 0
        if total == 0 and not count:
            yield self._build_problem("finds nothing")
        elif count >= self._limit and total > count:
            yield self._build_problem(
                f"has {total:,} papers, of which the first {count:,} were taken; --limit sets how many"
            )
        elif total > self._read and count < self._limit:
            yield self._build_problem(f"has {total:,} papers, but gave no more than {count:,} of them")

    def _build_problem(self, reason: str) -> Problem:
        return Problem(file=self._name, reason=f"{self._provider.LABEL} {reason}", lost=False)


def read_records(provider: Provider, body: bytes, name: str) -> Iterator[Item]:
    """Read what stands in an answer. A paper's source is the provider, so that it is recognised the next time.

    Args:
        provider: Whose answer it is.
        body: The answer.
        name: What problems are said to be from.
    """
    source = Source(file=provider.LABEL, format=provider.FORMAT)
    for item in read_bytes(body, name, provider.FORMAT):
        if isinstance(item, Paper):
            yield item.model_copy(update={"source": source})
        elif not isinstance(item, Problem):
            yield item
        elif item.reason != NO_PAPER:
            yield item.model_copy(update={"line": None})


_PAGE = re.compile(rb"\s*<(?:!doctype\s+html|html)", re.IGNORECASE)


def json_object(body: bytes) -> dict[str, Any]:
    """Parse a body as a JSON object; raise BadResponse."""
    _check_page(body)
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadResponse("something that is no JSON, or broken off") from error
    if not isinstance(value, dict):
        raise BadResponse("JSON that is no answer")
    return value


def xml_root(body: bytes) -> Element:
    """Parse a body as XML and return its root; raise BadResponse."""
    _check_page(body)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BadResponse(f"something that is no XML, or broken off{_quote_body(body)}") from error
    if root is None:
        raise BadResponse("nothing")
    return root


def strip_namespace(element: Element) -> str:
    """Return an element's name without its namespace."""
    return str(etree.QName(element).localname)


def parse_count(value: Any) -> int | None:
    """Read a count, given as a number or as text; None for all else."""
    text = str(value).strip() if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return int(text) if re.fullmatch(r"[0-9]{1,15}", text) else None


def require_list(value: Any) -> list[Any]:
    """Check that a value is a list; raise BadResponse for all else."""
    if not isinstance(value, list):
        raise BadResponse("JSON that is no answer")
    return value


def get_mapping(value: Any) -> dict[str, Any]:
    """Return an object as it is, an empty one for all else."""
    return value if isinstance(value, dict) else {}


def _check_page(body: bytes) -> None:
    if not body.strip():
        raise BadResponse("nothing")
    if _PAGE.match(body.removeprefix(b"\xef\xbb\xbf")):
        raise BadResponse("a web page")


def _quote_body(body: bytes) -> str:
    """Quote a short text in words, as arXiv answers clients that ask too often."""
    text = body.decode(errors="replace").strip()
    return f": {text}" if len(text) <= 100 and text.isprintable() and not text.startswith("<") else ""
