"""The values that the public API gives back. Every one is frozen and serialises to JSON."""

from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from operator import not_
from typing import Any, Literal, Self, TypedDict

from pydantic import Field, SerializerFunctionWrapHandler, computed_field, model_serializer, model_validator

from assistant.notebook import NotebookClaim, make_row_frame, write_block, write_claims, write_line
from assistant.phrases import describe_excerpts, describe_support
from store.filters import Statement
from store.paper import Frozen

# The mode of an answer that no model wrote.
EXTRACTIVE = "extractive"
# The error of a turn whose answer was cancelled.
CANCELLED = "cancelled"
# That of a question which was taken back before its turn came: its session does not have it any more.
WITHDRAWN = "withdrawn"


class Support(StrEnum):
    """What the check of a claim came to, the best first; ``assistant.phrases.SCALE`` has the sign and words of each.

    Attributes:
        QUOTED: It stands word for word in its source.
        ENTAILED: No rule found anything against it, and a second stage found that its source says it.
        WORDED: Its words stand in its source and no rule found anything against it; nobody looked at the sense.
        DOUBTFUL: Something may be wrong or wanting; there is always a reason.
        ABSENT: No sentence of its source says this.
        CONTRADICTED: Its source says otherwise; the reason gives both places.
    """

    QUOTED = "quoted"
    ENTAILED = "entailed"
    WORDED = "worded"
    DOUBTFUL = "doubtful"
    ABSENT = "absent"
    CONTRADICTED = "contradicted"

    @property
    def rank(self) -> int:
        """Its place on the scale: 0 is the best, and of several findings the one of the highest rank counts."""
        return list(Support).index(self)

    @property
    def fails(self) -> bool:
        """Whether nothing of the claim was found in its source, or the contrary."""
        return self in (Support.ABSENT, Support.CONTRADICTED)

    @classmethod
    def _missing_(cls, value: object) -> "Support | None":
        """Read a value that was written before there were six."""
        return _FORMER.get(value) if isinstance(value, str) else None


_FORMER = {"supported": Support.WORDED, "partial": Support.DOUBTFUL, "unsupported": Support.ABSENT}


class Decision(Frozen):
    """Who decided on the support of a claim.

    Attributes:
        stage: ``quote`` where it was found word for word, ``rules``, or a second stage: ``learned`` or ``model``.
        by: The kind of finding that decided, or the name of the second stage; "" where no rule had anything against it.
        probability: That its source says it, as the second stage has it; None where none rated it.
        asked: Whether a second stage was set, whatever came of it.
    """

    stage: Literal["quote", "rules", "learned", "model"] = "rules"
    by: str = ""
    probability: float | None = None
    asked: bool = False


class Citation(Frozen):
    """A sentence span that a claim rests on: ``quote == paper.abstract[start:end]``.

    ``n`` is the number of the reference. A claim about the catalogue itself (a year, an author) rests on
    the record, and one that only the title carries on the title: ``quote`` is empty and ``start == end == 0``.
    """

    n: int
    paper_id: str
    title: str
    quote: str
    start: int
    end: int


class Claim(Frozen):
    """One sentence of an answer with its citations and what the check came to.

    ``reasons`` say in words what was found wanting, and which source was retracted; none where all is well.
    ``further`` marks a sentence that is no part of the answer's text: more of its papers, for who wants to read on.
    """

    text: str
    support: Support
    citations: tuple[Citation, ...] = ()
    reasons: tuple[str, ...] = ()
    decision: Decision = Decision()
    further: bool = False

    @model_validator(mode="before")
    @classmethod
    def _read_former(cls, data: Any) -> Any:
        """Read a claim that was written before there were six supports: what is a quote by its citation is one."""
        if not isinstance(data, dict) or data.get("support") != "supported":
            return data
        quotes = [citation["quote"] for citation in data.get("citations", ()) if isinstance(citation, dict)]
        if data.get("text") not in quotes:
            return data
        return {**data, "support": Support.QUOTED, "decision": Decision(stage="quote")}

    @model_serializer(mode="wrap")
    def _leave_out_unset(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave ``further`` out where it is not so: what was kept before it was there stays the same."""
        fields: dict[str, Any] = serialize(self)
        return {name: value for name, value in fields.items() if value or name != "further"}

    @property
    def holds(self) -> bool:
        """Whether it may stand: a quote, what a second stage confirmed and, where none was set, what is worded so."""
        if self.support is Support.WORDED:
            return not self.decision.asked
        return self.support in (Support.QUOTED, Support.ENTAILED)

    @property
    def is_of_the_record(self) -> bool:
        """Whether it repeats what is recorded of its papers, such as a title, and quotes no sentence of them."""
        return self.support is Support.QUOTED and not any(citation.quote for citation in self.citations)

    @property
    def words(self) -> str:
        """What its sign says, in words."""
        return describe_support(self.support, self.decision.by)

    def show(self) -> NotebookClaim:
        """Return it as a notebook shows it."""
        quotes = [(citation.title, citation.quote) for citation in self.citations]
        return NotebookClaim(
            self.text, self.support, self.words, self.reasons, quotes, is_quote=self.support is Support.QUOTED
        )

    def _repr_html_(self) -> str:
        return write_block(write_claims([self.show()]))


# What a data frame has of each citation of a claim, behind what it has of the claim itself.
CLAIM_COLUMNS = ("claim", "support", "holds", "reasons", "paper_id", "title", "quote", "start", "end")


def list_claim_rows(claim: Claim) -> list[list[Any]]:
    """List the rows of a claim in a data frame, a citation each; one without citations has a row, too."""
    own = [claim.text, str(claim.support), claim.holds, "; ".join(claim.reasons)]
    places: list[list[Any]] = [[one.paper_id, one.title, one.quote, one.start, one.end] for one in claim.citations]
    return [[*own, *place] for place in places or [[None, None, None, None, None]]]


class Reference(Frozen):
    """A paper that an answer cites, numbered from 1 in order of first use.

    ``authors`` holds names in order; ``authors_truncated`` says that the source hid some.
    """

    n: int
    paper_id: str
    title: str
    authors: tuple[str, ...] = ()
    authors_truncated: bool = False
    year: int | None = None
    venue: str | None = None
    urls: tuple[str, ...] = ()


class Usage(Frozen):
    """Tokens that a model took, all 0 without one, and their price in US dollars, None where it is not known.

    ``cached_tokens`` are those of the input that came from the provider's cache of prompts, ``reasoning_tokens`` those
    of the output that went into thinking. ``priced`` is the date of the prices.
    """

    input_tokens: int = 0
    output_tokens: int = 0
    dollars: float | None = None
    cached_tokens: int = 0
    reasoning_tokens: int = 0
    priced: str = ""

    def __add__(self, other: "Usage") -> "Usage":
        """Both together; the price is known where that of each is, or where one took nothing."""
        prices = [used.dollars for used in (self, other) if used.input_tokens or used.output_tokens]
        priced = [price for price in prices if price is not None]
        return Usage(
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            dollars=sum(priced) if prices and len(priced) == len(prices) else None,
            cached_tokens=self.cached_tokens + other.cached_tokens,
            reasoning_tokens=self.reasoning_tokens + other.reasoning_tokens,
            priced=min(filter(None, (self.priced, other.priced)), default=""),
        )

    @model_serializer(mode="wrap")
    def _leave_out_what_is_not_told(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave out the younger fields where they tell nothing: what was kept before they were there stays the same."""
        fields: dict[str, Any] = serialize(self)
        younger = ("cached_tokens", "reasoning_tokens", "priced")
        return {name: value for name, value in fields.items() if value or name not in younger}

    @property
    def price(self) -> str:
        """The price in words with the date of the prices, "" where it is not known."""
        dated = f" (prices of {self.priced})" if self.priced else ""
        return "" if self.dollars is None else f"${self.dollars:.4f}{dated}"


class Trace(Frozen):
    """How an answer came about: the question as searched, its kind, filters in words, time in seconds.

    ``query`` is how the question was understood, in one line ("papers · 2019 or later · about: transfer"), and
    ``conditions`` are those of its parts that say which papers are meant: each can be ignored when it is asked again.

    ``prompts`` is the hash of the prompts (see ``prompts.Prompts``), "" without a model. ``repaired`` counts claims
    that the model wrote a second time. ``cached`` says that nothing was asked of it. ``notes`` say what went
    otherwise than usual ("the answer was cut off").
    """

    searched: str = ""
    kind: str = ""
    filters: str = ""
    query: str = ""
    conditions: tuple[str, ...] = ()
    papers_considered: int = 0
    seconds: float = 0.0
    prompts: str = ""
    repaired: int = 0
    cached: bool = False
    notes: tuple[str, ...] = ()


class Answer(Frozen):
    """An answer whose words were compared. ``text`` is Markdown in which ``[n]`` points into ``references``.

    ``abstained`` with its ``reason`` says that the library does not hold enough to answer.
    ``mode`` names what wrote it: ``extractive`` (quoted sentences) or a model's name.
    """

    question: str
    text: str
    claims: tuple[Claim, ...] = ()
    references: tuple[Reference, ...] = ()
    abstained: bool = False
    reason: str = ""
    mode: str = EXTRACTIVE
    usage: Usage = Usage()
    trace: Trace = Trace()

    @property
    def shown(self) -> tuple[Claim, ...]:
        """The claims that stand in ``text``."""
        return tuple(claim for claim in self.claims if not claim.further)

    @property
    def further(self) -> tuple[Claim, ...]:
        """More sentences of the same papers, which ``text`` does not have."""
        return tuple(claim for claim in self.claims if claim.further)

    @property
    def of_the_catalogue(self) -> bool:
        """Whether no model wrote it and it quotes no sentence: it rests on records alone."""
        cited = [citation for claim in self.claims for citation in claim.citations]
        return self.mode == EXTRACTIVE and bool(cited) and not any(citation.quote for citation in cited)

    def to_pandas(self) -> Any:
        """Return the claims as a ``pandas.DataFrame``, a row a citation, with its quote and place.

        Raises:
            InputError: pandas is not installed.
        """
        return make_row_frame(CLAIM_COLUMNS, [row for claim in self.claims for row in list_claim_rows(claim)])

    def _repr_html_(self) -> str:
        head = write_line(f"No answer: {self.reason}") if self.abstained else ""
        written = describe_excerpts(self.of_the_catalogue) if self.mode == EXTRACTIVE else f"written by {self.mode}"
        foot = "" if self.abstained else write_line(f"{written[:1].upper()}{written[1:]}.")
        return write_block(head, write_claims(claim.show() for claim in self.shown), foot)


class Restriction(Frozen):
    """A condition beside a question that narrows the papers it is asked of.

    Attributes:
        label: What an interface shows of it ("@2019-2023").
        filters: As the API takes them; empty where they are too long to be kept.
    """

    label: str
    filters: dict[str, Any] = Field(default_factory=dict)


class Turn(Frozen):
    """One question of a session, its answer (None when it failed or was cancelled) and what ended it then.

    ``scope`` is what narrowed the papers beside the question's own words. ``draft`` is what a model had written of an
    answer that was stopped or failed, compared with nothing, and ``draft_usage`` what that took: it is no answer, and
    no later question is understood by it.
    """

    asked_at: datetime
    question: str
    answer: Answer | None = None
    error: str = ""
    scope: tuple[Restriction, ...] = Field(default=(), exclude_if=not_)
    draft: str = Field(default="", exclude_if=not_)
    draft_usage: Usage = Field(default=Usage(), exclude_if=lambda usage: usage == Usage())

    @classmethod
    def now(cls, question: str, answer: Answer | None = None, error: str = "") -> Self:
        """Make a turn that ends at this moment."""
        return cls(asked_at=datetime.now(UTC), question=question, answer=answer, error=error)

    @property
    def usage(self) -> Usage:
        """What its answer took, or the draft of one."""
        return self.answer.usage if self.answer else self.draft_usage


class Session(Frozen):
    """A saved conversation: turns in the order they were asked, counted from 1.

    ``forked_from`` is the id of the session that the first turns were taken from, which may be gone since.
    """

    id: str
    title: str
    created_at: datetime
    forked_from: str | None = None
    turns: tuple[Turn, ...] = ()

    @computed_field  # type: ignore[prop-decorator]
    @property
    def usage(self) -> Usage:
        """What all its answers and drafts took together, those of turns that came with a fork too."""
        return sum((turn.usage for turn in self.turns), Usage())


class SessionInfo(Frozen):
    """A session as a list shows it."""

    id: str
    title: str
    created_at: datetime
    updated_at: datetime
    turns: int


class SessionHit(Frozen):
    """A session in which every word of a search stands, and the place where most of them do.

    ``turn`` is the number of the turn, from 1, and 0 where ``place`` is the title. ``snippet`` is the text around the
    first of the words, on one line; each ``snippet[start:end]`` of ``marks`` is one of them.
    """

    session: SessionInfo
    place: Literal["title", "question", "answer"]
    turn: int
    snippet: str
    marks: tuple[tuple[int, int], ...]


class FilterOptions(TypedDict, total=False):
    """Which papers are meant, as keyword arguments: what ``store.filters.Filters`` has; None is no such limit.

    ``not_`` before the name of one shuts out the papers that one of its values fits; ``without`` those that one of
    several sets of filters fits, and of ``either`` at least one has to.
    """

    author: str | Sequence[str] | None
    year_from: int | None
    year_to: int | None
    category: str | Sequence[str] | None
    source: str | Sequence[str] | None
    text: str | None
    has_code: bool | None
    retracted: bool | None
    ids: Sequence[str] | None
    first_author: str | Sequence[str] | None
    last_author: str | Sequence[str] | None
    single_author: bool | None
    years: Sequence[int] | None
    date_from: str | None
    date_to: str | None
    venue: str | Sequence[str] | None
    keyword: str | Sequence[str] | None
    tag: str | Sequence[str] | None
    collection: str | Sequence[str] | None
    kind: str | Sequence[str] | None
    language: str | Sequence[str] | None
    has_abstract: bool | None
    min_citations: int | None
    max_citations: int | None
    min_authors: int | None
    max_authors: int | None
    states: Sequence[Statement] | None
    title: str | None
    without: Sequence["FilterOptions"] | None
    either: Sequence["FilterOptions"] | None
    not_author: str | Sequence[str] | None
    not_first_author: str | Sequence[str] | None
    not_last_author: str | Sequence[str] | None
    not_venue: str | Sequence[str] | None
    not_keyword: str | Sequence[str] | None
    not_tag: str | Sequence[str] | None
    not_collection: str | Sequence[str] | None
    not_kind: str | Sequence[str] | None
    not_language: str | Sequence[str] | None
    not_category: str | Sequence[str] | None
    not_source: str | Sequence[str] | None
    not_text: str | Sequence[str] | None
    not_title: str | Sequence[str] | None
