"""Two things side by side: the paper of each, by problem, method, data and result."""

import re
from collections.abc import Sequence
from functools import partial
from string import ascii_lowercase
from typing import NamedTuple

from assistant.abstracts.passages import list_passages
from assistant.abstracts.sample_size import find_sample
from assistant.answer.better_of_two import find_better, find_comparing_sentences, make_two_things, names_both
from assistant.answer.named_paper import find_named, measure_title
from assistant.answer.relevance import count_mentions, find_mentions, introduces
from assistant.answer.replies import AnswerBody, Quote, abstain, make_quoted_claims, number_references
from assistant.answer.selection import StatementFinder
from assistant.answer.sufficiency import RARE, measure_share, paper_text
from assistant.escaping import SIGNS, escape_markdown
from assistant.question.parse import parse_question
from assistant.question.query import Query
from assistant.question.topic import read_topic
from assistant.types import Claim
from assistant.verify.injection import find_injection_start, strip_injections
from store.filters import Filters
from store.index.snapshot import Snapshot
from store.library import Library
from store.paper import Paper
from store.person_name import parse_author
from store.results import Hit, ScoredSentence
from store.search import term_weights
from store.text.roles.role import Role, RoledSentence

_OF_DATA, _OF_RESULT = "Data", "Result"
# What a comparison goes by, and the roles of the sentences that tell it, those first that tell it best.
_ROWS = (
    ("Problem", (Role.AIM, Role.BACKGROUND)),
    ("Method", (Role.METHOD,)),
    (_OF_DATA, ()),
    (_OF_RESULT, (Role.RESULT, Role.CONCLUSION)),
)
# What says on what something was tried.
_DATA = re.compile(
    r"\b(?:data\s?sets?|data|benchmarks?|corpus|corpora|patients|participants|subjects|images?|records|samples|cohort"
    r"|users|trials|experiments?\s+on)\b|\bon\s+[A-Z][\w-]*[A-Z]\w*",
)


# What says that something came of it.
CHANGED = re.compile(
    r"\b(?:improv|reduc|increas|decreas|significan|clear(?:ed|ance)|effective|better|worse|higher|lower|outperform|achiev|superior"
    r"|inferior|differ|associat|correlat|reach|gain|faster|fewer|respon)\w*",
    re.I,
)


# The share of the words of a thing that a paper has that is about it and another one. Chosen by hand on part dev of
# benchmarks/questions_eighth.jsonl.
_MOST_WORDS = 0.6


class Side(NamedTuple):
    """One thing that is compared, as the question names it, and its paper; None where the library holds none.

    ``is_its_own`` says whether the paper is of that name or introduces the thing, and does not merely speak of it;
    ``others`` are titles of papers that the name fits as well.
    """

    name: str
    paper: Paper | None
    is_its_own: bool = False
    others: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """What the side is called in a line of its own: its name, or author and year where that is a title."""
        if self.paper is None or self.name != self.paper.title:
            return self.name
        author = next((parse_author(author).family for author in self.paper.authors), "")
        return f"{author} {self.paper.year or ''}".strip() or self.name


def find_sides(library: Library, view: Snapshot, query: Query) -> list[Side]:
    """Find the paper of each thing that is compared: the one of that name, else one in which its words stand.

    Of several the one counts that introduces the thing, and then the one that is most about it. Nothing else is put in
    the place of a thing that no paper mentions.
    """
    used_ids: set[str] = set()
    sides = []
    conditions = _read_conditions(view, query)
    if conditions:  # Each has its own, and they are not those of all.
        query = query.model_copy(update={"filters": Filters(retracted=query.filters.retracted)})
    for name in _share_head(library, view, query):
        side = _find_side(library, view, name, query, used_ids, conditions.get(name))
        used_ids |= {side.paper.id} if side.paper else set()
        sides.append(side)
    return sides


_PAIR = 2


def _share_head(library: Library, view: Snapshot, query: Query) -> tuple[str, ...]:
    """Give the first of two things the noun of the second where it has none: "stochastic and hybrid Petri nets"."""
    names = query.sides
    if len(names) != _PAIR or " " in names[0] or " " not in names[1]:
        return names
    whole = f"{names[0]} {names[1].partition(' ')[2]}"
    return (whole, names[1]) if count_mentions(library, view, [whole], query.filters) else names


# Papers that are set side by side at the most. Chosen by hand: more are read better as a table.
_MOST_SIDES = 4


def find_conditioned(library: Library, view: Snapshot, query: Query) -> list[Side]:
    """Find the papers that are compared where conditions name them, oldest first: "the two papers by Che of 2024"."""
    ids = view.list_ids(query.filters, True) if query.conditions else ()
    papers = [library.paper(paper_id) for paper_id in ids] if 1 < len(ids) <= _MOST_SIDES else []
    return [Side(paper.title, paper, True) for paper in papers]


def find_comparing(
    library: Library, view: Snapshot, query: Query, sides: Sequence[Side]
) -> tuple[list[Hit], StatementFinder | None]:
    """Find the papers that compare two things themselves, and what finds the sentences in which they do.

    Two treatments are compared by a trial of both; what one paper says of each alone compares nothing. Two things that
    have a paper each are set side by side: no more than ``RARE`` papers speak of either.
    """
    names = [side.name for side in sides]
    own = all(side.is_its_own for side in sides) and len({side.paper.id for side in sides if side.paper}) > 1
    if own and all(count_mentions(library, view, [name], query.filters) <= RARE for name in names):
        return [], None
    things = make_two_things(names[0], names[1], view) if len(names) == _PAIR else None
    better = find_better(library, view, query, things) if things else None
    if things and isinstance(better, list):
        return better, partial(find_comparing_sentences, things)
    mentions = find_mentions(library, view, names, query.filters)
    titled = [hit for hit in mentions if things and names_both(things, hit.paper.title)]
    if titled and own:  # "Petri nets and ODEs as complementary methods"
        return titled, None
    return ([], None) if own else (mentions, None)


# Conditions by which a paper is named beside another; of which kind it is, its record may state otherwise.
_NAMING = {"author", "first_author", "last_author", "year_from", "year_to", "years", "date_from", "date_to"}
_SAME_AUTHOR = re.compile(r"\b(?:his|her|their)\b|\b(?:by|from)\s+the\s+same\s+(?:author|group|team)s?\b", re.I)
_SAME_YEAR = re.compile(r"\b(?:from|of|in)?\s*(?:the|that)\s+same\s+year\b", re.I)


def _read_conditions(view: Snapshot, query: Query) -> dict[str, Filters]:
    """Read by which conditions each side names its paper: "the 2007 study by Che", "Li's from the same year"."""
    parsed = {name: parse_question(f"papers {_SAME_YEAR.sub('', name)}", view).filters for name in query.sides}
    years = [(filters.year_from, filters.year_to) for filters in parsed.values() if filters.year_from is not None]
    authors = [filters for filters in parsed.values() if filters.author]
    for name, filters in parsed.items():
        if authors and not filters.author and _SAME_AUTHOR.search(name):
            parsed[name] = filters.model_copy(update={"author": authors[0].author})
    for name, filters in parsed.items():
        if years and _SAME_YEAR.search(name):
            parsed[name] = filters.model_copy(update={"year_from": years[0][0], "year_to": years[0][1]})
    named = {name: Filters.model_validate(filters.model_dump(include=_NAMING)) for name, filters in parsed.items()}
    return {name: filters for name, filters in named.items() if filters != Filters()}


def _find_side(
    library: Library, view: Snapshot, name: str, query: Query, used_ids: set[str], conditions: Filters | None
) -> Side:
    if conditions and conditions.author:
        within = conditions.intersect(query.filters)
        topic = parse_question(f"papers {name}", view).topic
        about = [hit.paper.id for hit in find_mentions(library, view, [topic], within)] if topic else []
        meant = about or view.list_ids(within)
        papers = [library.paper(paper_id) for paper_id in meant if paper_id not in used_ids][:_MOST_SIDES]
        if not papers:
            return Side(name, None)
        return Side(name, papers[0], True, tuple(paper.title for paper in papers[1:]))
    if conditions:  # "the 2018 paper on rare events"
        topic = parse_question(f"papers on {name}", view).topic
        named = find_named(library, view, topic, conditions.intersect(query.filters)) if topic else None
        return Side(name, named, True)
    named = find_named(library, view, name, query.filters)
    if named and named.id not in used_ids:
        return Side(name, named, True)
    hits = find_mentions(library, view, [name], query.filters)
    wordings = read_topic(view, name).wordings
    best = sorted(
        hits,
        key=lambda hit: (
            hit.paper.id in used_ids,
            not hit.paper.abstract,
            not introduces(hit.paper, wordings),
            -measure_title(view, name, hit.paper),
        ),
    )
    return Side(name, best[0].paper, introduces(best[0].paper, wordings)) if best else Side(name, None)


def find_joint(view: Snapshot, sides: Sequence[Side], hits: Sequence[Hit]) -> list[Hit]:
    """Find the papers that have most of the words of all that is compared, where these are no papers of their own."""
    if all(side.is_its_own for side in sides):
        return []
    weights = [term_weights(view, side.name) for side in sides]
    return [hit for hit in hits if all(measure_share(of, paper_text(hit.paper)) >= _MOST_WORDS for of in weights)]


def compare_sides(view: Snapshot, sides: Sequence[Side]) -> AnswerBody:
    """Set things side by side, a row for what each is about; abstain where the library holds none of them."""
    papers = [side.paper for side in sides if side.paper]
    missing = [side.name for side in sides if not side.paper]
    lacking = " ".join(f"This library holds no paper about “{name}”." for name in missing)
    if not papers:
        return abstain(lacking)
    named = list(zip(name_sides(sides), papers, strict=True))
    roles = view.roles([paper.id for paper in papers])
    chosen = [_choose_sentences(paper, roles.get(paper.id, ())) for paper in papers]
    rows = [(row, [sentences[number] for sentences in chosen]) for number, (row, _) in enumerate(_ROWS)]
    quotes = [Quote(paper, None) for paper in papers]
    quotes += [
        Quote(paper, sentence)
        for _, sentences in rows
        for paper, sentence in zip(papers, sentences, strict=True)
        if sentence
    ]
    claims = make_quoted_claims(quotes)
    left = iter(claims)
    lines = [escape_markdown(lacking), ""] if lacking else []
    lines += [f"- **{escape_markdown(name)}**: {format_claim(next(left))}" for name, _ in named]
    lines += ["", *notes] if (notes := [_tell_others(side) for side in sides if side.others]) else []
    for row, sentences in rows:
        lines += ["", f"**{row}**"]
        for (name, _), sentence in zip(named, sentences, strict=True):
            cell = f"“{format_claim(next(left), '”')}" if sentence else "not stated in the abstract"
            lines.append(f"- {escape_markdown(name)}: {cell}")
    return AnswerBody(text="\n".join(lines), claims=tuple(claims), references=number_references(papers))


def name_sides(sides: Sequence[Side]) -> list[str]:
    """Name the sides that have a paper; with a letter where two have one author and year: "Gold 2009a"."""
    labels = [side.label for side in sides if side.paper]
    letters = {label: iter(ascii_lowercase) for label in labels if labels.count(label) > 1}
    return [f"{label}{next(letters[label])}" if label in letters else label for label in labels]


def _tell_others(side: Side) -> str:
    """Tell which papers a name fits beside the one that is compared."""
    titles = "; ".join(f"“{title}”" for title in side.others)
    return escape_markdown(f"“{side.name}” fits {titles}, too. Add a word of the title to have it compared.")


def format_claim(claim: Claim, end: str = "") -> str:
    """Write a claim with the number of its paper and its sign, ``end`` behind its words."""
    return f"{escape_markdown(claim.text)}{end} [{claim.citations[0].n}]{SIGNS[claim.support]}"


def _choose_sentences(paper: Paper, roled: Sequence[RoledSentence]) -> list[ScoredSentence | None]:
    """Choose a sentence of a paper for each row, none twice.

    Data is the one that says how many were studied, unless the paper has no other sentence of method; else what is left
    and tells it. A result says by how much, or that something changed, before others.
    """
    end = find_injection_start(paper.abstract)
    sentences = [sentence for sentence in roled if sentence.end <= end]
    chosen: dict[str, RoledSentence] = {}
    if (sample := _find_sample_sentence(paper, sentences)) and any(
        sentence.role is Role.METHOD and sentence != sample for sentence in sentences
    ):
        chosen[_OF_DATA] = sample
    for row, roles in sorted(_ROWS, key=lambda row: not row[1]):  # Data takes what is left.
        left = [sentence for sentence in sentences if sentence not in chosen.values()]
        if row in chosen:
            continue
        if roles:
            fitting = [sentence for role in roles for sentence in left if sentence.role is role]
        else:
            telling = [sentence for sentence in left if sentence.role in (Role.METHOD, Role.RESULT)]
            fitting = [sentence for sentence in telling if _DATA.search(paper.abstract[sentence.start : sentence.end])]
        if fitting:
            chosen[row] = _choose_result(paper, fitting) if row == _OF_RESULT else fitting[0]
    return [cut_out(paper, chosen[row]) if row in chosen else None for row, _ in _ROWS]


def _find_sample_sentence(paper: Paper, sentences: Sequence[RoledSentence]) -> RoledSentence | None:
    """Find the sentence that says how many were studied."""
    sample = find_sample(list_passages(strip_injections(paper)))
    return next((sentence for sentence in sentences if sample and sentence.end == sample.passage.end), None)


def _choose_result(paper: Paper, fitting: Sequence[RoledSentence]) -> RoledSentence:
    """Choose the first sentence of the best role that says that something changed or differed, and by how much."""

    def rate(sentence: RoledSentence) -> int:
        text = paper.abstract[sentence.start : sentence.end]
        changed = CHANGED.search(text) is not None
        return 2 * changed + (changed and any(map(str.isdigit, text)))

    of_role = [sentence for sentence in fitting if sentence.role is fitting[0].role]
    return max(of_role, key=rate)


def cut_out(paper: Paper, sentence: RoledSentence) -> ScoredSentence:
    """Cut a sentence out of an abstract."""
    return ScoredSentence(text=paper.abstract[sentence.start : sentence.end], start=sentence.start, end=sentence.end)
