"""Papers that a question names beside what it asks of them: two that are compared, or one that stands in front.

A stretch of words names a paper where its authors, its year and the words of its title, or a word that it coined, fit
that paper better than any other of the library. "Gold 2004 next to Taub 2007, number of patients in each" asks of both
how many, "SynthTools: how accurate is the audit?" asks of one. Of the ways to part the names of two papers the one
counts at which both sides name a paper: "Lee and Goldberg/Russell". What is answered then is in ``named_pairs``.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from assistant.answer.sufficiency import RARE, measure_share, paper_text
from assistant.question.condition import NEGATION, PAPERS
from store.filters import Filters
from store.index.index_schema import extract_terms, split_title
from store.index.snapshot import Snapshot
from store.paper import Paper
from store.person_name import name_words, parse_author
from store.search import term_weights
from store.text.patterns import compile_lazily


class NamedPaper(NamedTuple):
    """A paper that a question names: the words that do, where they stand, and how well they fit it."""

    paper: Paper
    start: int
    end: int
    score: float

    def label(self, question: str) -> str:
        """What the paper is called in a line of its own: as the question calls it."""
        label = " ".join(question[self.start : self.end].split()).strip(" ,;:.")
        if label.count("(") > label.count(")"):
            return f"{label})"
        return label if label.count("(") == label.count(")") else label.replace(")", "")


class NamedPair(NamedTuple):
    """Two papers that a question names, and what it asks of both; nothing where it only wants them compared.

    ``rest`` is the question without the names.
    """

    one: NamedPaper
    two: NamedPaper
    asked: tuple[str, ...] = ()
    rest: str = ""

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the two papers."""
        return (self.one.paper.id, self.two.paper.id)


class AskedOfOne(NamedTuple):
    """A paper that stands in front of a question, and the question."""

    named: NamedPaper
    asked: str


# Characters before a name in which a negation is of that name. Chosen by hand.
_NEAR = 16
# What says that a question is about two.
_OF_TWO = compile_lazily(
    r"\b(?:both|each|either|respective(?:ly)?|versus|vs|against|compar\w+|contrast\w*|differ\w*|next\s+to|side\s+by\s+side|alongside"
    r"|beside|in\s+common|(?:the|these|those)\s+two|two\s+of\s+(?:them|these)|them)\b",
    re.I,
)
# What stands between two names.
_JOINT = compile_lazily(
    r"\s*,?\s+(?:and|&|vs\.?|versus|against|(?:put\s+|set\s+)?(?:next\s+to|alongside|beside)"
    r"|(?:(?:compare|contrast|differ)(?:s|ed|ent)?\s+)?(?:with|to|from)|or|than)\s+"
    r"|\s*[/,;]\s*|\s+[–-]\s+",
    re.I,
)
# What ends a name: a mark, and a word that asks or says that there are two.
_ENDS = compile_lazily(
    r"[.:;?!](?!\d)|\s[–-]\s|\b(?:how|what|which|who|when|where|why|do|does|did|is|are|was|were|has|have|had|can|between|compare[sd]?|comparing"
    r"|contrast\w*|differ\w*|both|each|either|put|set|show|give|versus|vs|against|next|side|alongside|beside|them|please|pls)\b",
    re.I,
)
_WORD = compile_lazily(r"[^\W_](?:[\w'’-]*[^\W_])?")
# Words of a name of a paper at the most. Chosen by hand.
_LONGEST = 9
# Words behind or within a name that say what is named, and others that are no word of a title by themselves.
_KINDS = frozenset(
    """one ones study studies paper papers trial trials review reviews article work report survey preprint package
    library tool program software model method framework team group authors author""".split()
)
_NOUNS = _KINDS | frozenset("et al the a an of by on in for with its their his her and this that to from".split())
_PARTICLES = frozenset("van von der den de del della la le di da du ten ter bin el al".split())
_YEAR = re.compile(r"(?:19|20)\d\d")
_DATES = re.compile(r"(?:['’]s?)?[\s,(]*(?:19|20)\d\d\b")
# The share of its words, weighed by rarity, that a title needs to be named by them, and by how much the next title has
# to fall short. Papers of one word of a title that are looked at: a word of more names none. Chosen by hand.
_SHARE, _AHEAD, _TITLES = 0.7, 0.8, 40
# What a year that fits counts, a word of the title, and a word that the paper has not. Chosen by hand.
_DATED, _TITLED, _FOREIGN = 0.5, 0.1, 0.35


def find_pair(question: str, view: Snapshot) -> NamedPair | None:
    """Find the two papers that a question names, where it says that it is about two; None where it names no two."""
    text = _blank_et_al(question)
    if not _OF_TWO.search(text):
        return None
    names = _Names(text, view)
    best: NamedPair | None = None
    for joint in _JOINT.finditer(text):
        one = names.find_before(joint.start())
        two = names.find_behind(joint.end()) if one else None
        if one and two and one.paper.id != two.paper.id:
            one, two = one._replace(end=joint.start()), two._replace(start=joint.end())
            if best is None or one.score + two.score > best.one.score + best.two.score:
                best = NamedPair(one, two)
    if best is None:
        return None
    before, behind = text[: best.one.start], text[best.two.end :]
    if NEGATION.search(text, max(0, best.one.start - _NEAR), best.two.end):  # Which paper is not meant may be said so.
        return None
    if _OF_PAPERS.search(_SAYS_TWO.sub(" ", f"{before} \0 {behind}")):
        return None
    return best._replace(asked=_read_asked(before, behind), rest=f"{before} {behind}")


# What asks for papers, and not for something of those that are named.
_OF_PAPERS = compile_lazily(
    rf"\b(?:papers|articles|publications|preprints)\b|\b{PAPERS}\s+(?:by|on|about|from)\b", re.I
)
# "SynthTools: how …", "Tremblay 2006 - patients …", "Brodie's abscess. Which …?"
_LED = compile_lazily(r"^\W*(?P<lead>[^:?.!;]{2,80}?)\s*(?::|\s[–-]|[.?])\s+(?P<asked>\w.{5,})$")
_QUESTION = compile_lazily(
    r"^\W*(?:how|what|which|who|whom|whose|when|where|why|do|does|did|is|are|was|were|has|have|had|can|could|in\s+which"
    r"|on\s+which|for\s+whom|list|show|give|find|any|compare|summari[sz]e|tell|name)\b",
    re.I,
)
_YES_OR_NO = compile_lazily(r"[\s,–-]*\byes\s+or\s+no\W*$", re.I)
# "… places and transitions, I mean": what the words before it were to say.
_MEANT = compile_lazily(r"\s*,?\s+(?:i\s+mean|that\s+is|in\s+other\s+words)\W*$", re.I)


def find_lead(question: str, view: Snapshot) -> AskedOfOne | None:
    """Find the paper that stands in front of a question, and names it; None where none does."""
    text = _blank_et_al(question)
    led = _LED.match(text)
    if led is None or NEGATION.search(led["lead"]):
        return None
    asked = _YES_OR_NO.sub("?", question[led.start("asked") :])
    meant = _MEANT.search(asked)
    if meant:
        asked = asked[: meant.start()]
    elif _QUESTION.match(led["lead"]):
        return None
    if _OF_PAPERS.search(asked):
        return None
    names = _Names(text, view)
    named = names.find_within(led.start("lead"), led.end("lead"))
    if named is None and meant:
        named = names.find_before(led.end("lead"))
    return AskedOfOne(named, asked) if named and extract_terms(asked) else None


def _blank_et_al(question: str) -> str:
    """Blank "et al." and "and colleagues", whose mark and word part no names."""
    return re.sub(
        r"\bet\.?\s+al\b\.?|\band\s+(?:colleagues|co-?workers|others)\b",
        lambda match: " " * len(match[0]),
        question,
        flags=re.I,
    )


# What is left of a question about two once their names are read, and asks nothing: "next to each other, please".
_SAYS_TWO = compile_lazily(
    r"\b(?:(?:how|where|in\s+what(?:\s+\w+)?)\s+(?:do(?:es)?|did|is|are|was|were)\s+(?:the\s+)?\0|side\s+by\s+side"
    r"|(?:put\s+|set\s+)?(?:next\s+to|alongside|beside)(?:\s+(?:each\s+other|one\s+another))?"
    r"|(?:in|of|for|between)\s+(?:both|each|either|them|the\s+two)(?:\s+(?:ones?|papers?|of\s+(?:them|these|those|the\s+two)))?"
    r"|the\s+two\s+of\s+them|both|each(?:\s+(?:one|other|of\s+(?:them|these|the\s+two)))?|either|respectively|put|set|please|pls|versus|vs"
    r"|compar(?:e[sd]?|ing)|comparison|contrast(?:s|ing)?|differ(?:s|ent(?:ly)?|ences?)?)(?!\w)",
    re.I,
)
_CLAUSE_END = re.compile(r"[.:;?!,](?!\d)|\s[–-]\s")
# What stands at either end of a phrase and says nothing by itself.
_EDGES = re.compile(
    r"^(?:\W|(?:and|or|in|on|of|for|by|to|with|between|the|as|its?)\s)+|(?:\W|\s(?:and|or|in|on|of|for|by|to|with|the))+$",
    re.I,
)


# "Both use light. How many patients?": what the user says of the two before asking.
_SAID = re.compile(r"^\W*(?:both|each|either)\s+(?!of\b)\w", re.I)
_SUBJECT = re.compile(
    r"\b(?P<verb>do(?:es)?|did)\s+(?:both|each|either)\b(?:\s+(?:one|of\s+(?:them|the(?:se)?\s+two(?:\s+\w+s)?|these)))?",
    re.I,
)


def _read_asked(before: str, behind: str) -> tuple[str, ...]:
    """Read what is asked of two papers from what stands before and behind their names, clause by clause.

    The clauses behind the one with the names ask; where there are none it does itself, or else those before it.
    """
    clauses = _CLAUSE_END.split(f"{before} \0 {behind}")
    place = next(number for number, clause in enumerate(clauses) if "\0" in clause)
    after = clauses[place + 1 :]
    while len(after) > 1 and _SAID.match(after[0]):
        after = after[1:]
    for part in (after, clauses[place : place + 1], clauses[:place]):
        if asked := tuple(filter(None, map(_clean_clause, part))):
            return asked
    return ()


def _name_subject(match: re.Match[str]) -> str:
    """Put "it" or "they" for "each" and "both" where these act: "what does it deliver"."""
    return f"{match['verb']} {'they' if match['verb'].lower() == 'do' else 'it'}"


def _clean_clause(clause: str) -> str:
    """Remove from a clause what says that it is about two; "" where nothing else is left."""
    clause = _SAYS_TWO.sub(" ", _SUBJECT.sub(_name_subject, clause)).replace("\0", " ")
    clause = " ".join(_EDGES.sub("", clause).split())
    return clause if extract_terms(clause) else ""


class _Names:
    """Finds which stretches of a question name one paper.

    An author of several papers names the one about which the rest of the question is, unless the name stands alone.

    Args:
        text: The question.
        view: The library.
    """

    def __init__(self, text: str, view: Snapshot) -> None:
        self._text = text
        self._view = view
        self._words = list(_WORD.finditer(text))
        self._titled: dict[str, list[Paper]] = {}

    def find_before(self, end: int) -> NamedPaper | None:
        """Find the paper that the words before a place name best."""
        least = max((mark.end() for mark in _ENDS.finditer(self._text[:end])), default=0)
        words = [word for word in self._words if least <= word.start() and word.end() <= end][-_LONGEST:]
        named = self._choose(words[number:] for number in range(len(words)))
        for word in reversed(words):  # "van der" before a name, and what stands before one in brackets.
            behind = self._text[word.end() : named.start].strip() if named and word.end() <= named.start else None
            if named and (behind == "(" or (behind == "" and word[0].lower() in _PARTICLES)):
                named = named._replace(start=word.start())
        return named

    def find_behind(self, start: int) -> NamedPaper | None:
        """Find the paper that the words behind a place name best."""
        mark = _ENDS.search(self._text, start)
        most = mark.start() if mark else len(self._text)
        words = [word for word in self._words if start <= word.start() and word.end() <= most][:_LONGEST]
        named = self._choose(words[: number + 1] for number in range(len(words)))
        for word in words:
            goes_on = named is not None and named.end <= word.start() and word[0].lower() in _KINDS
            if named and goes_on and not self._text[named.end : word.start()].strip(" )"):
                named = named._replace(end=word.end())
        return named

    def find_within(self, start: int, end: int) -> NamedPaper | None:
        """Find the paper that all words of a stretch name; a single word of a title does, where no other has it."""
        words = [word for word in self._words if start <= word.start() and word.end() <= end]
        return self._resolve(words, alone=True) if words else None

    def _choose(self, stretches: Iterator[list[re.Match[str]]]) -> NamedPaper | None:
        found = [named for words in stretches if (named := self._resolve(words))]
        return max(found, key=lambda named: (named.score, named.start - named.end), default=None)

    def _resolve(self, words: list[re.Match[str]], *, alone: bool = False) -> NamedPaper | None:
        """Find the one paper that words name: by its authors where some are names, else by its title."""
        authors = [word for word in words if self._is_author(word)]
        years = [int(word[0]) for word in words if _YEAR.fullmatch(word[0])]
        others = [
            word[0]
            for word in words
            if word not in authors and word[0].lower() not in _NOUNS | _PARTICLES and not _YEAR.fullmatch(word[0])
        ]
        dated_behind = words[-1] in authors and _DATES.match(self._text, words[-1].end())
        if len(years) > 1 or dated_behind or not (authors or others):  # A year behind a name belongs to it.
            return None
        year = years[0] if years else None
        found = (
            self._find_by_authors(authors, year, others, alone) if authors else self._find_by_title(others, year, alone)
        )
        if found is None:
            return None
        paper, score = found
        return NamedPaper(paper, words[0].start(), words[-1].end(), score)

    def _is_author(self, word: re.Match[str]) -> bool:
        """Tell whether a word is the name of an author, and no word of topics."""
        name = _spell_name(word[0])
        parts = [part for part in name_words(name) if len(part) > 1]
        if not parts or word[0].lower() in _NOUNS | _PARTICLES or not all(map(self._view.count_by_author, parts)):
            return False
        cited = _DATES.match(self._text, word.end()) is not None
        if not word[0][0].isupper():
            return cited and not any(map(self._view.count_term, extract_terms(name)))
        return cited or any(
            max(map(self._view.count_term, extract_terms(part)), default=0) < self._view.count_by_author(part)
            for part in parts
        )

    def _find_by_authors(
        self, authors: Sequence[re.Match[str]], year: int | None, others: Sequence[str], alone: bool
    ) -> tuple[Paper, float] | None:
        """Find the paper by all of some authors; of several by first author, then by other words."""
        names = tuple(dict.fromkeys(_spell_name(word[0]) for word in authors))
        ids = self._view.list_ids(Filters(author=names, year_from=year, year_to=year))
        if not 0 < len(ids) <= _TITLES:
            return None
        papers = self._view.papers(ids)
        if len(papers) > 1:
            papers = [paper for paper in papers if _is_first(names[0], paper)] or papers
        context = "" if alone else " ".join(word[0] for word in self._words if word not in authors)
        for words in (" ".join(others), context):
            if len(papers) > 1 and (weights := term_weights(self._view, words)):
                shares = [measure_share(weights, paper_text(paper)) for paper in papers]
                most = max(shares)
                papers = [paper for paper, share in zip(papers, shares, strict=True) if share >= most]
        if len(papers) != 1:
            return None
        score = 1.0 + _DATED * (year is not None) + _TITLED * len(names) + self._weigh(papers[0], others)
        return papers[0], score

    def _find_by_title(self, words: Sequence[str], year: int | None, alone: bool) -> tuple[Paper, float] | None:
        """Find the paper whose title has most of some words, or that coined them, where no other has about as many."""
        weights = {term: weight for word in words for term, weight in term_weights(self._view, word).items()}
        total = sum(weights.values())
        papers = {paper.id: paper for word in words for paper in self._list_titled(word)}
        rated = []
        for paper in papers.values():
            if year is None or paper.year == year:
                named = set(extract_terms(paper.title)) | {
                    t for w in words if _coins(paper, w) for t in extract_terms(w)
                }
                share = sum(weight for term, weight in weights.items() if term in named) / total
                is_head = set(weights) == set(extract_terms(paper.title.partition(":")[0]))
                rated.append((share, is_head, paper))
        rated.sort(key=lambda each: (-each[1], -each[0]))
        if not rated or rated[0][0] < _SHARE:
            return None
        share, is_head, paper = rated[0]
        if not is_head and len(rated) > 1 and rated[1][0] > _AHEAD * share:
            return None
        if not (alone or is_head or len(weights) > 1 or any(_coins(paper, word) for word in words)):
            return None
        return paper, share + _DATED * (year is not None) + self._weigh(paper, words)

    def _list_titled(self, word: str) -> list[Paper]:
        """List the papers with a word in the title, and the few with one in the abstract that looks like a name."""
        if word not in self._titled:
            parts, terms = split_title(word), set(extract_terms(word))
            found = self._view.find_by_title_words(parts, _TITLES) if parts and terms else []
            papers = [paper for paper in found if terms <= set(extract_terms(paper.title))]
            if _COINED.search(word):
                ids = self._view.list_ids(Filters(text=word))
                papers += self._view.papers(ids) if len(ids) <= RARE else []
            self._titled[word] = papers if len(found) < _TITLES else []
        return self._titled[word]

    def _weigh(self, paper: Paper, words: Sequence[str]) -> float:
        """Weigh words beside a name: those of the title speak for a paper, those that it has not against it."""
        title, text = set(extract_terms(paper.title)), set(extract_terms(paper_text(paper)))
        terms = [term for word in words for term in extract_terms(word)]
        return sum(_TITLED if term in title else -_FOREIGN * (term not in text) for term in terms)


# How a word looks that somebody coined: capitals or digits within it.
_COINED = re.compile(r"\w[A-Z]|\d[A-Za-z]|[A-Za-z]\d")


def _coins(paper: Paper, word: str) -> bool:
    """Tell whether a word that looks like a name stands in an abstract just so."""
    return (
        bool(_COINED.search(word)) and re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", paper.abstract) is not None
    )


def _spell_name(word: str) -> str:
    return re.sub(r"['’]s?$", "", word)


def _is_first(name: str, paper: Paper) -> bool:
    first = parse_author(paper.authors[0]).family if paper.authors else ""
    return set(name_words(name)) <= set(name_words(first))
