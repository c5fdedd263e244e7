"""Bare identifiers out of the forms in which they are given, and the URLs in a text."""

import re
from urllib.parse import unquote

from store.text.latex import latex_to_text

ARXIV_DOI = "10.48550/arxiv."
"""What the DOIs begin with that arXiv gives to its papers, in small letters; their ids follow."""
MAX_ID = 512  # characters; chosen by hand, not measured
_MAX_TEXT = 2000  # longer ones are no identifiers, and would take long to find that out; chosen by hand

_DOI_PREFIX = re.compile(
    r"(?P<url>(?:https?://)?(?:(?:www|dx)\.)*doi\.org/)|(?:(?:info|urn):)?doi(?:\s*[:/]\s*|\s+)", re.IGNORECASE
)
_DOI = re.compile(r"10\.[0-9]{4,9}(?:\.[0-9]+)*/\S+")
_ARXIV = re.compile(
    r"(?:(?i:(?:https?://)?(?:(?:www|export)\.)?arxiv\.org/(?:abs|pdf|html|format|e-print|src)/|(?:oai:)?arxiv(?:\.org)?\s*:)\s*)?"
    r"(?P<id>[0-9]{2}(?:0[1-9]|1[0-2])\.[0-9]{4,5}|[a-z]+(?:-[a-z]+)?(?:\.[A-Za-z-]{2,9})?/[0-9]{7})"
    r"(?:v[0-9]+)?(?:\.pdf)?(?:[?#]\S*)?(?:\s*\[[\w.-]+\])?[./]?"
)
_NAMED_ARXIV = re.compile(
    r"(?i:arxiv[ :./]*(?:preprint )?(?:arxiv *[:.]? *)?(?:(?:abs|pdf)/)?|\babs/)"
    r"(?P<id>[0-9]{2}(?:0[1-9]|1[0-2])\.[0-9]{4,5}|[a-z]+(?:-[a-z]+)?(?:\.[A-Z]{2})?/[0-9]{7})(?![0-9])"
)
_PMID = re.compile(
    r"(?:(?i:pmid\s*:?|(?:https?://)?pubmed\.ncbi\.nlm\.nih\.gov/|(?:https?://)?www\.ncbi\.nlm\.nih\.gov/pubmed/)\s*)?"
    r"(?P<id>[0-9]{1,9})[./]?"
)
_SERVER = re.compile(
    r"(?:arxiv|(?:bio|med|chem|psy)rxiv|ssrn|research square|preprints?(?:\.org)?$)|corr$|(?:e-?prints?|preprint) ",
    re.IGNORECASE,
)
_PMCID = re.compile(
    r"(?:https?://(?:www\.)?(?:ncbi\.nlm\.nih\.gov/pmc|pmc\.ncbi\.nlm\.nih\.gov|europepmc\.org)/articles?/(?:PMC/)?)?"
    r"(?:PMC(?:ID)?\s*(?::\s*)?)*(?P<id>[0-9]{1,9})(?:\.[0-9]+)?(?:\[pmcid\])?/?",
    re.IGNORECASE,
)
_TEX_ESCAPED = re.compile(r"\\([_%#&~{}$])|\{\\textasciitilde\}|\\textasciitilde(?:\{\})?")
_COMMAND = re.compile(r"\\(?:url|href)\s*\{([^{}]*)\}")
_URL = re.compile(r"https?://[\w\-.~:/?#\[\]@!&'()*+,;=%]{1,2000}", re.IGNORECASE | re.ASCII)
_ESCAPED = re.compile(r"\\([_%#&~])")
_PAIRS = {")": "(", "]": "[", "}": "{", ">": "<"}


def normalise_doi(text: str) -> str | None:
    """Return a DOI in lower case without URL, ``doi:`` and trailing punctuation; None where the text is none.

    The form is that of the DOI Handbook: ``10.``, a registrant of digits, ``/`` and any characters.
    """
    rest, from_url = text.strip(), False
    if len(rest) > _MAX_TEXT:
        return None
    while prefix := _DOI_PREFIX.match(rest):
        rest, from_url = rest[prefix.end() :].strip(), from_url or bool(prefix["url"])
    if from_url:
        rest = unquote(re.split(r"[?#]", rest)[0])
    bare = trim_punctuation(rest.lower())
    return bare if _DOI.fullmatch(bare) and is_usable_id(bare) else None


def normalise_arxiv_id(text: str) -> str | None:
    """Return an arXiv id without URL, ``arXiv:`` and version: ``2203.05482`` or, until 2007, ``math.ST/0601001``."""
    return _match_id(_ARXIV, text)


def normalise_pmid(text: str) -> str | None:
    """Return a PubMed id: digits."""
    return _match_id(_PMID, text)


def normalise_pmcid(text: str) -> str | None:
    """Return the id of PubMed Central, ``PMC5815332``, also of its URL or its digits alone."""
    digits = _match_id(_PMCID, text)
    return f"PMC{digits}" if digits else None


NORMALISERS = {
    "doi": normalise_doi,
    "arxiv": normalise_arxiv_id,
    "pmid": normalise_pmid,
    "pmcid": normalise_pmcid,
}
"""The schemes whose values have a known form."""


def find_arxiv_id(text: str) -> str | None:
    """Find an arXiv id within a text that names arXiv, such as "arXiv preprint arXiv:2101.00001"."""
    match = _NAMED_ARXIV.search(text) if len(text) <= _MAX_TEXT else None
    return match["id"] if match else None


def identify_text(text: str) -> dict[str, str]:
    """Return what a text that is one DOI, arXiv id or URL of either stands for; empty where it is none."""
    identifiers = {"doi": normalise_doi(text), "arxiv": normalise_arxiv_id(text)}
    return {scheme: value for scheme, value in identifiers.items() if value}


def is_preprint_server(venue: str) -> bool:
    """Return whether what stands for a journal is the server of a preprint: "arXiv preprint arXiv:2101.00001"."""
    return _SERVER.match(venue.strip()) is not None


def is_usable_id(identifier: str) -> bool:
    """Return whether something can be an id: 1–512 characters that can be shown."""
    return 0 < len(identifier) <= MAX_ID and identifier.isprintable()


def find_urls(raw: str) -> tuple[str, ...]:
    """Return the web addresses in a raw text, each once, without the punctuation that follows them."""
    if "://" not in raw:
        return ()
    plain = _ESCAPED.sub(r"\1", raw)
    return tuple(dict.fromkeys(trim_punctuation(match) for match in _URL.findall(plain)))


def trim_punctuation(text: str) -> str:
    """Return the text without trailing punctuation and without a closing bracket that was not opened in it."""
    while text and (text[-1] in ".,;:!?'\"" or (text[-1] in _PAIRS and _is_unopened(text))):
        text = text[:-1]
    return text


def _match_id(pattern: re.Pattern[str], text: str) -> str | None:
    match = pattern.fullmatch(text.strip()) if len(text) <= _MAX_TEXT else None
    return match["id"] if match else None


def _is_unopened(text: str) -> bool:
    return text.count(text[-1]) > text.count(_PAIRS[text[-1]])


def strip_tex(value: str) -> str:
    """Return a URL, DOI or file name without the escapes that TeX needs, and without anything else of TeX."""
    while wrapped := _WRAPPED.fullmatch(value.strip()):
        value = wrapped[1]
    text = _COMMAND.sub(r" \1 ", _BREAKS.sub("", value)) if "\\" in value else value
    text = _TEX_ESCAPED.sub(lambda match: match[1] or "~", text)
    if _TEX_IN_ID.search(text):
        # Neither ties nor dashes are meant here.
        masked = text.replace("~", _TILDE).replace("-", _HYPHEN)
        text = latex_to_text(masked, tex=True).replace(_TILDE, "~").replace(_HYPHEN, "-")
    return " ".join(text.strip("{}").split())


# Signs that stand for ~ and - while the rest is read; no file holds them.
_TILDE, _HYPHEN = "\ue0f5", "\ue0f6"
_WRAPPED = re.compile(r"\\(?:doi|url|path|nolinkurl|href\s*\{[^{}]*\})\s*\{(.*)\}")
# Where a line may break, and what lets a sign stand as it is.
_BREAKS = re.compile(
    r"\\(?:[-/]|(?:allowbreak|linebreak|nobreak|string|protect|penalty *-?[0-9]+)(?![A-Za-z]) ?"
    r"|hspace\*?\{[^{}]*\})(?:\{\})?"
)
_TEX_IN_ID = re.compile(r"\{[^{}]*\}|\\[A-Za-z]+|\$[^$]+\$")
