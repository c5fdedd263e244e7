"""Questions about the catalogue that are asked in another language: "Liste de papiers depuis 2024", or in SQL.

Such a question is made of a few words for papers, lists and time beside years and names. Where all of its words are
known it is read as its gloss in English; a question with a topic is left as it is, for a topic has to be translated.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from assistant.question.condition import PAPERS
from store.index.snapshot import Snapshot

_TOKEN = re.compile(r"\d+|[^\W\d_]+(?:['’-][^\W\d_]+)*['’]?|[–-]")
# Words of a phrase of the table at the most, and of a question that is a list: a longer one has a topic. By hand.
_LONGEST, _MOST = 3, 14
_PAPERS = "papers"


def gloss_question(question: str, view: Snapshot) -> str:
    """Give a question about the catalogue in English where it is asked in another language; else as it is."""
    if statement := _SELECT.match(question):
        return _gloss_statement(statement)
    tokens = [token.lower().rstrip("'’") for token in _TOKEN.findall(unicodedata.normalize("NFC", question))]
    if not 1 < len(tokens) <= _MOST:
        return question
    for phrases in _load_glosses().values():
        words = list(_gloss(tokens, phrases, view))
        if "" not in words and _PAPERS in words and any(token not in words for token in tokens if token in phrases):
            return _restore_names(" ".join(words), question)
    return question


_SELECT = re.compile(
    rf"^\s*SELECT\s+(?P<what>.+?)\s+FROM\s+(?:{PAPERS}|library|catalogue)(?:\s+WHERE\s+(?P<where>.+?))?"
    r"(?:\s+(?:GROUP|ORDER)\s+BY\s+\w+(?:\s+(?:DESC|ASC))?)?(?:\s+LIMIT\s+(?P<limit>\d{1,3}))?\s*;?\s*$",
    re.I,
)
_CLAUSE = re.compile(
    r"^\W*(?P<field>\w+)\s*(?P<sign>=|!=|<>|>=?|<=?|(?:NOT\s+)?LIKE\b)\s*[\"'%]*(?P<value>.+?)[\"'%;)]*$", re.I
)
_SIGNS = {"=": "from", ">": "after", ">=": "since", "<": "before", "<=": "until"}
_FIELDS = {"author": "by", "authors": "by", "venue": "in", "journal": "in", "keyword": "with the keyword"}


def _gloss_statement(statement: re.Match[str]) -> str:
    """Give a statement in SQL in English: "SELECT * FROM papers WHERE year >= 2020" as "papers since 2020"."""
    count = re.match(r"\s*COUNT\b", statement["what"], re.I)
    limit = statement["limit"] or ""
    head = "how many papers" if count else " ".join(filter(None, (limit, "newest" * bool(limit), _PAPERS)))
    clauses = re.split(r"\s+AND\s+", statement["where"], flags=re.I) if statement["where"] else []
    return " ".join([head, " and ".join(map(_gloss_clause, clauses))]).strip()


def _gloss_clause(text: str) -> str:
    """Give one condition in English; one of a field that is not known here stands for its words."""
    clause = _CLAUSE.match(text)
    if clause is None:
        return text
    sign, field = clause["sign"].upper(), clause["field"].lower()
    negated = "not " if sign.startswith(("!", "<>", "NOT")) else ""
    if field in ("year", "date"):
        return f"{negated}{_SIGNS.get(sign, 'from')} {clause['value']}"
    return f"{negated}{_FIELDS.get(field, 'about')} {clause['value']}"


def _gloss(tokens: list[str], phrases: dict[str, str], view: Snapshot) -> Iterator[str]:
    """Yield the English of each phrase, years and names of authors as they are, and "" for what is not known."""
    place = 0
    while place < len(tokens):
        for size in range(min(_LONGEST, len(tokens) - place), 0, -1):
            phrase = " ".join(tokens[place : place + size])
            if phrase in phrases:
                yield phrases[phrase]
                place += size
                break
        else:
            token = tokens[place]
            yield token if token.isdigit() or token in "–-" or view.count_by_author(token) else ""
            place += 1


def _restore_names(text: str, question: str) -> str:
    """Write names with the capitals that they had; "from Duchi" is "by Duchi", "without Duchi" "not by Duchi"."""
    for name in re.findall(r"(?<!^)\b[A-ZÀ-Þ][\w'’-]+", question):
        text = re.sub(rf"\b(?:from |of |by )?{re.escape(name.lower())}\b", f"by {name}", text, count=1)
    text = re.sub(r"\bby (?=(?:19|20)\d\d\b)", "from ", text.replace("without by ", "not by "))
    return re.sub(r"\bby (\w[\w'’-]*) by ", r"by \1 ", text)


@cache
def _load_glosses() -> dict[str, dict[str, str]]:
    """Load the table: phrases by languages."""
    return tomllib.loads(files("assistant.question").joinpath("glosses.toml").read_text(encoding="utf-8"))
