"""How well papers and sentences cover a question, and whether that is enough to answer it.

The weights below come from ``benchmarks/abstention.py``; docs/abstention.md says on which data and what they cost.
"""

import re
from collections.abc import Sequence
from math import exp, log, sqrt
from typing import NamedTuple

from assistant.question.query import PreviousTurn, Query
from assistant.question.spelling import list_slips
from assistant.verify.tokens import is_plain
from store.index.index_schema import extract_terms
from store.index.snapshot import Snapshot
from store.paper import Frozen, Paper
from store.results import Hit
from store.search import term_weights
from store.text.patterns import compile_lazily
from store.text.sentences import sentence_spans

# How many of the best papers are looked at; chosen by hand, not measured.
LOOKED_AT = 5
# Small words of a question that count; more say nothing new. Chosen by hand.
MOST_SMALL = 10
# A word with two capitals, or with letters and digits; or capital words with a hyphen. Each alternative goes over a
# word once, which may be a megabyte long.
_COINED = compile_lazily(
    r"\b(?=[^\WA-Z]*+[A-Z]\w*[A-Z]|[^\WA-Za-z]*+[A-Za-z]\w*\d|[^\W\d]*+\d\w*[A-Z])[\w-]{2,}\b"
    r"|\b[A-Z]\w*+(?:-[A-Z]\w*+)+\b"
)
# A coined word that more papers than this have is a word of the field; chosen by hand, not measured.
RARE = 3


class Coverage(Frozen):
    """How well the best papers cover a question; each figure is 0–1 where nothing else is said.

    ``sentence`` and ``title`` are those of whichever paper has the most; ``joint`` and ``throughout`` are those of the
    one paper that is nearest in words and meaning together, since an answer needs its words in one place.

    Attributes:
        sentence: Share of the question's words, weighed by rarity, in a sentence.
        title: The same in a title.
        joint: Share of the words in the paper, and its cosine, added: −1 to 2.
        throughout: Mean share of the words in the sentences of the paper: it is about them, not just naming them.
        stands_out: How far the highest cosine is above that of an average paper of the library, in standard deviations,
            over what the highest of as many draws from a normal distribution reaches, √(2 ln n); about 0–4. Papers of
            one field are all near to its questions, and of many papers one is near by chance.
        small_words: Words of the question that are not searched for, at most 10: who asks in a whole sentence words it
            freely, and who types a title does not.
        coined: 1 where the question has a word that one of the papers coined (a name like DISDE or WiSE-FT), else 0.
        unheard: 1 where the question has a telling word that no paper of the library has, which is not small, else 0.
        authored: 1 where the question has the name of an author of one of these papers, which no text has, else 0.
    """

    sentence: float = 0.0
    title: float = 0.0
    joint: float = 0.0
    throughout: float = 0.0
    stands_out: float = 0.0
    small_words: float = 0.0
    coined: float = 0.0
    unheard: float = 0.0
    authored: float = 0.0

    def estimate_strength(self) -> float:
        """Estimate the chance that the library can answer (0–1), by logistic regression."""
        z = _BIAS + sum(weight * getattr(self, name) for name, weight in _WEIGHTS.items())
        return 1 / (1 + exp(-z))


FEATURES = ("joint", "throughout", "stands_out", "small_words", "coined")
_BIAS = -6.64
_WEIGHTS = {"joint": 5.72, "throughout": 2.82, "stands_out": 0.21, "small_words": 0.23, "coined": 0.93}
# Chosen on part dev of benchmarks/abstention.py, where .35 refuses .78 of the questions from within the field and takes
# 8 answers in 161 of the question files away, .4 refuses .80 and takes 10; part test was not looked at.
THRESHOLD = 0.35
# … and where the question has a word of so many letters that no paper has, in a library of so many papers: in one of
# 250 it refuses 12 of 250 questions more from within the field, and 2 of 250 that it answers (part dev of PubMedQA's).
# In one of 45, which has few words, it took 9 answers in 155 of the question files away; from 80 papers on it paid.
_UNHEARD_THRESHOLD, _UNHEARD_LETTERS, _UNHEARD_PAPERS = 0.6, 5, 60
# Letters at the end of a word that are its ending where at least so many stand before them. Chosen by hand.
_ENDING_LETTERS, _ROOT_LETTERS = 4, 6
# From here on the best paper is near enough to be named where none answers. Of questions from another field 15 % reach
# it, of those from within the field that nothing answers 45 to 60 % (part dev of benchmarks/abstention.py).
NEAR = 0.08
# Where the question is about certain papers (it names their author, it points back at an earlier answer, or the caller
# chose them), one of its words in five, in a sentence or a title of theirs, is enough; where it only may be about the
# papers of an earlier answer, two in five.
NARROW = 0.2
LOOSE = 0.4


def is_sufficient(evidence: Coverage, query: Query, earlier: PreviousTurn | None = None) -> bool:
    """Decide whether to answer a question, which may be narrowed to the papers of an earlier answer."""
    share = max(evidence.sentence, evidence.title)
    if earlier is not None:
        return share >= (NARROW if earlier.pointed else LOOSE)
    if query.names_author or query.filters.ids is not None or evidence.authored:
        return share >= NARROW
    return evidence.estimate_strength() >= (_UNHEARD_THRESHOLD if evidence.unheard else THRESHOLD)


def measure_coverage(view: Snapshot, topic: str, hits: Sequence[Hit]) -> Coverage:
    """Measure how well the papers that were retrieved cover a topic."""
    weights = term_weights(view, topic)
    total = sum(weights.values())
    # "2+2": a digit stands in any paper; a single Chinese sign is a word.
    if not hits or not total or all(len(term) == 1 and term.isascii() for term in weights):
        return Coverage()
    looked = hits[:LOOKED_AT]
    joint = [measure_share(weights, paper_text(hit.paper)) + hit.cosine for hit in looked]
    best = joint.index(max(joint))
    return Coverage(
        sentence=max((hit.sentences[0].score for hit in looked if hit.sentences), default=0.0),
        title=max(measure_share(weights, hit.paper.title) for hit in looked),
        joint=joint[best],
        throughout=_measure_throughout(weights, looked[best].paper.abstract),
        stands_out=max(hit.stands_out for hit in looked) / sqrt(2 * log(max(2, view.count))),
        small_words=min(max(0, len(topic.split()) - len(weights)), MOST_SMALL),
        coined=float(any(has_coined_word(view, topic, hit.paper) for hit in looked)),
        unheard=float(
            view.count >= _UNHEARD_PAPERS
            and any(_is_unheard(view, word, [hit.paper for hit in looked]) for word in topic.split())
        ),
        authored=float(any(_is_authored(view, topic, hit.paper) for hit in looked)),
    )


def _is_unheard(view: Snapshot, word: str, papers: Sequence[Paper]) -> bool:
    """Tell whether a word that says what is meant stands in no paper, nor its root in one of these.

    "Phone" stands in "smartphones", the root of "cystoscopist" in "cystoscopy"; a slip in a word that says nothing
    ("happend") says nothing, either.
    """
    low = word.lower()
    terms = extract_terms(low) if len(low) >= _UNHEARD_LETTERS and not is_plain(low) else ()
    if not terms or any(map(view.count_term, terms)) or view.count_by_author(low):
        return False
    opening = low[: max(_ROOT_LETTERS, len(low) - _ENDING_LETTERS)]
    if any(opening in paper_text(paper).lower() for paper in papers):
        return False
    return not any(map(is_plain, list_slips(low)))


def _is_authored(view: Snapshot, topic: str, paper: Paper) -> bool:
    """Tell whether a question has the surname of an author of a paper, with its capital, that no text has."""
    names = {name for author in paper.authors for name in re.findall(r"\w{3,}", author.name)}
    return any(
        word[0].isupper() and word in names and not any(map(view.count_term, extract_terms(word)))
        for word in re.findall(r"\w{3,}", topic)
    )


def _measure_throughout(weights: dict[str, float], abstract: str) -> float:
    """Measure the mean share of weighted terms that the sentences of an abstract hold, 0–1."""
    shares = [measure_share(weights, abstract[start:end]) for start, end in sentence_spans(abstract)]
    return sum(shares) / len(shares) if shares else 0.0


def find_nearest(view: Snapshot, topic: str, hits: Sequence[Hit]) -> list[Hit]:
    """Find the paper that may be named as the nearest to a question that nothing answers; none where none is near."""
    return [*hits[:1]] if measure_coverage(view, topic, hits).estimate_strength() >= NEAR else []


def find_unheard(view: Snapshot, topic: str) -> list[str]:
    """Find the words of a topic where no paper has any of them; none where one does."""
    terms = {word: extract_terms(word) for word in topic.split()}
    heard = any(map(view.count_term, (term for word in terms.values() for term in word)))
    return [] if heard else [word for word in terms if terms[word]]


# "Is there a Petri net model of malaria?": what there is to be one of, or for.
_EXISTS = compile_lazily(
    r"^\W*(?:is|are|was|were)\s+there\s+(?:an?|any|some)\s+.*\s(?:of|on|for|about|in|with)\s+(?:(?:the|an?)\s+)?(?P<thing>[^?.!,;]+)",
    re.I,
)


def find_absent(view: Snapshot, question: str) -> list[str]:
    """Find the words of what a question asks to exist of something, where no paper has any word of that thing."""
    asked = _EXISTS.match(question)
    return find_unheard(view, asked["thing"]) if asked else []


def measure_share(weights: dict[str, float], text: str) -> float:
    """Measure the share of weighted terms that a text holds, 0–1."""
    total = sum(weights.values())
    return sum(weights[term] for term in set(extract_terms(text)) & weights.keys()) / total if total else 0.0


def paper_text(paper: Paper) -> str:
    """Join title and abstract."""
    return f"{paper.title}. {paper.abstract}"


def has_coined_word(view: Snapshot, topic: str, paper: Paper) -> bool:
    """Whether a question has a word that this paper coined, in whatever case; a part of it that is rare makes it so."""
    words = set(topic.lower().split())
    # "CLIP-like models", "LASSO-based": what is behind the hyphen says nothing.
    words |= {head for head, _, tail in (word.rpartition("-") for word in words) if not extract_terms(tail)}
    coined = {word for word in _COINED.findall(paper_text(paper)) if word.lower() in words}
    return any(0 < min(map(view.count_term, extract_terms(word)), default=0) <= RARE for word in coined)


def score_form(question: str, sentence: str) -> float:
    """Return 1.0 where a sentence has a form that the question asks for, else 0.0."""
    return float(any(form.question.search(question) and form.sentence.search(sentence) for form in _FORMS.values()))


_ASKED_WHAT = compile_lazily(
    r"^\W*(?:and\s+)?(?:what(?:['’]s|\s+(?:is|are|was|were))|define|explain)\s+(?:(?:an?|the)\s+)?(?P<thing>[\w.+/-]+(?:\s+[\w.+/-]+){0,3})\s*[?.!]*$",
    re.I,
)


def score_definition(question: str, sentence: str) -> float:
    """Return 1.0 where a question asks what something is, and a sentence says "it is a …", else 0.0."""
    asked = _ASKED_WHAT.match(question)
    if asked is None:
        return 0.0
    thing = r"[\s-]+".join(map(re.escape, asked["thing"].split()))
    defines = (
        rf"(?<![\w-]){thing}s?(?:\s*\([^)]*\))?"
        r"(?:,?\s+(?:is|are|refers?\s+to|denotes?|means?)\s+(?:an?|the)\b|,\s+(?:an?|the)\s)"
    )
    return float(bool(re.search(defines, sentence, re.I)))


def score_gist(sentence: str) -> float:
    """Return 1.0 for a sentence that says what its paper does, else 0.0."""
    return float(bool(_GIST.search(sentence)))


class _Form(NamedTuple):
    """Questions that ask for a form, and sentences that have it."""

    question: re.Pattern[str]
    sentence: re.Pattern[str]


def _compile_form(question: tuple[str, ...], sentence: tuple[str, ...], flags: re.RegexFlag = re.I) -> _Form:
    return _Form(compile_lazily("|".join(question), re.I), compile_lazily("|".join(sentence), flags))


_FORMS = {
    "number": _compile_form(
        (
            r"\bhow\s+(?:many|much|large|big|long|fast|accurate|often|far|well)\b",
            r"\b(?:accuracy|speed-?up|percent\w*|factor|rate|size|score|number)\b",
        ),
        (
            r"\d",
            r"\b(?:two|three|four|five|six|seven|eight|nine|ten|half|twice)\b",
            r"\b(?:dozens?|hundreds?|thousands?|millions?)\b",
        ),
    ),
    "cause": _compile_form(
        (r"\bwhy\b", r"\breasons?\b", r"\bcauses?\b", r"\b(?:risk\s+)?factors?\b", r"\bdeterminants?\b"),
        (
            r"\b(?:because|since|due|therefore|thus|owing|attribut\w+|insufficient|explain\w*)\b",
            r"\b(?:associated\s+with|risk\s+factors?|result(?:s|ed)?\s+(?:from|in)|lack\s+of)\b",
            r"\b(?:by|through)\s+(?:\w+\s+){0,2}?\w+ing\b|\b(?:works?|acts?)\s+by\b",
            r"\bas\s+\w+\s+(?:is|are)\b",
            r"\bleads?\b",
            r"\b(?:caus|suffer|shrink)",
        ),
    ),
    "name": _compile_form(
        (r"\bwhere\b", r"\bdeploy", r"\bwhich\s+(?:company|platform|data\s?sets?|systems?|benchmarks?)\b"),
        (r"(?<!^)(?<!\. )\b[A-Z][\w-]+", r"\bdeploy", r"\bat scale\b"),
        re.NOFLAG,
    ),
    "definition": _compile_form(
        (
            r"^\s*what\s+(?:is|are)\s+(?:the\s+|an?\s+)?[\w\s-]+\?*\s*$",
            r"\bdefin",
            r"\bmean(?:s|t)?\b",
            r"\bstand\s+for\b",
        ),
        (
            r"\b(?:is|are)\s+(?:defined|an?|the)\b",
            r"\b(?:defin|propose|introduc|develop|present)",
            r"\b(?:call|called|named|namely|which)\b",
            r"\bi\.e\.",
            r"\(\w+\)",
        ),
    ),
    "means": _compile_form(
        (r"^\s*how\s+(?:do|does|can|is|are|did)\b", r"\b(?:method|approach)\b", r"\bdo\s+differently\b"),
        (
            r"\bby\s+\w+ing\b",
            r"\b(?:propose|introduc|develop|present)",
            r"\bour\s+(?:\w+\s+){0,2}(?:method|approach|framework|algorithm|procedure|model)",
            r"\b(?:use[sd]?|using|via|through)\b",
        ),
    ),
}
_GIST = compile_lazily(
    r"\b(?:we|our|this (?:paper|work|article|study))\b[^.]{0,60}?\b"
    r"(?:propose|introduce|present|develop|study|studi|show|investigat|design|provide|demonstrat|formulat|analy[sz]"
    r"|build|address|examin|consider|revisit|evaluat)",
    re.I,
)
