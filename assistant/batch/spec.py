"""The file that says what a batch is to make (TOML); docs/batch.md describes it.

``Spec.expand_jobs`` makes of its items the single reports and answers, each with a name of its own.
"""

import os
import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    ValidationError,
    field_validator,
    model_serializer,
    model_validator,
)

from assistant.export.conversation import FORMATS as ANSWERS
from assistant.report.render.output import FORMATS as REPORTS
from assistant.report.schema import FORM, TABLES, ReportKind, ReportSpec
from assistant.table.columns import parse_columns
from assistant.table.render import FORMATS as TABLE_FORMATS
from assistant.table.schema import TableSpec
from store.errors import InputError
from store.filters import Filters, parse_filters
from store.library import Library
from store.paper import Frozen, Paper
from store.paper_names import resolve_filters

Each = Literal["author", "year", "category"]
# Filters that the keys of jobs always had, set or not.
_FIRST_FILTERS = frozenset(
    ("author", "year_from", "year_to", "category", "source", "text", "has_code", "retracted", "ids")
)


def _wrap_text(value: object) -> object:
    return (value,) if isinstance(value, str) else value


# Fields that items did not always have.
_LATER_FIELDS = frozenset(("columns", "least", "most"))


class _SpecTable(Frozen):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, allow_inf_nan=False)


class SpecItem(_SpecTable):
    """A report or a question, for the papers that its filters let through; with ``each`` one for each of their values.

    Attributes:
        report: The kind of a report; exactly one of ``report`` and ``question`` is given.
        question: A question to answer.
        topic: What a report is about.
        least: With a topic, the relevance that a paper has at the least, 0 to 1; None for the cut of reports.
        most: With a topic, how many papers are taken at the most.
        columns: What a table asks of each paper.
        name: Of its files, without ending; "" for one made of what it is.
        filters: Papers that it draws on.
        each: One report or answer for every author, year or category.
        at_least: Papers with an abstract that such a value has to have.
        formats: Endings of its files; none for those of the batch.
        model: Who writes it; "" quotes, None for the batch's, else that of the settings.
        base_url: An endpoint that speaks OpenAI's interface.
        api_key_env: The name of the variable with its key.
        seed: Of everything that draws lots.
        strict: Leave out claims that do not hold; None for the batch's.
        retracted: Draw on retracted papers, too; None for the batch's.
        max_tokens: Tokens that it may take in all.
        max_cost: US dollars that it may take in all.
    """

    report: ReportKind | None = None
    question: str = ""
    topic: str = ""
    least: float | None = Field(default=None, ge=0, le=1)
    most: int | None = Field(default=None, ge=1)
    columns: Annotated[tuple[str, ...], BeforeValidator(_wrap_text)] = ()
    name: str = Field(default="", pattern=r"^[A-Za-z0-9_-]*$", max_length=80)
    filters: Filters = Filters()
    each: Each | None = None
    at_least: int = Field(default=1, ge=1)
    formats: Annotated[tuple[str, ...], BeforeValidator(_wrap_text)] = ()
    model: str | None = None
    base_url: str | None = None
    api_key_env: str | None = None
    seed: int = Field(default=0, ge=0, lt=2**32)
    strict: bool | None = None
    retracted: bool | None = None
    max_tokens: int | None = Field(default=None, ge=0)
    max_cost: float | None = Field(default=None, ge=0)

    @field_validator("filters", mode="before")
    @classmethod
    def _parse_filters(cls, value: object) -> object:
        if not isinstance(value, dict):
            return value
        try:
            return parse_filters(value)
        except InputError as error:  # pydantic takes no other error, and adds where it is.
            raise ValueError(str(error)) from error

    @model_validator(mode="after")
    def _check_kind(self) -> Self:
        if (self.report is None) == (not self.question):
            raise ValueError("say either report = KIND or question = TEXT")
        if self.question and self.topic:
            raise ValueError("a question has no topic")
        if self.report is ReportKind.QUESTION and not self.topic:
            raise ValueError("a report of the kind question needs the question as its topic")
        is_table = self.report is ReportKind.TABLE
        if is_table != bool(self.columns):
            raise ValueError("a table needs columns" if is_table else "only a table has columns")
        if is_table:
            try:
                parse_columns(self.columns)
            except InputError as error:
                raise ValueError(str(error)) from error
        allowed = (*REPORTS, *TABLE_FORMATS) if self.report in TABLES else REPORTS
        _check_formats(self.formats, allowed if self.report else ANSWERS)
        return self

    @model_serializer(mode="wrap")
    def _leave_out_unset(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave out what came later where it is not set: the key of a job that does without stays what it was."""
        fields: dict[str, Any] = serialize(self)
        if isinstance(filters := fields.get("filters"), dict):
            fields["filters"] = {
                name: value
                for name, value in filters.items()
                if name in _FIRST_FILTERS or value not in (None, [], (), "")
            }
        return {
            name: value for name, value in fields.items() if value not in (None, (), []) or name not in _LATER_FIELDS
        }


class Spec(_SpecTable):
    """What a batch is to make, and how.

    Attributes:
        item: The reports and questions, in order.
        output: The folder of the files; a relative one is beside the spec. None for ``NAME-reports``.
        formats: Endings of the files where an item names none; of a question's those that an answer can have.
        model: As an item's; so are ``base_url``, ``api_key_env``, ``strict`` and ``retracted``.
        at_once: Requests to models at the same time.
        max_tokens: Tokens that all of it may take, in this run and those before it.
        max_cost: The same in US dollars.
    """

    item: tuple[SpecItem, ...] = Field(min_length=1)
    output: Path | None = None
    formats: Annotated[tuple[str, ...], BeforeValidator(_wrap_text)] = ("md",)
    model: str | None = None
    base_url: str | None = None
    api_key_env: str | None = None
    strict: bool | None = None
    retracted: bool | None = None
    at_once: int = Field(default=4, ge=1, le=64)
    max_tokens: int | None = Field(default=None, ge=0)
    max_cost: float | None = Field(default=None, ge=0)

    @field_validator("formats")
    @classmethod
    def _check_format_names(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        _check_formats(value, REPORTS)
        return value

    def expand_jobs(self, library: Library, form: int = FORM) -> "list[BatchJob]":
        """List what it makes of a library, with reports of a form, in order; the same for the same library.

        Raises:
            InputError: There is no paper to take authors, years or categories from, or several are called alike.
            NotFound: No paper is called as an item says.
            LibraryError: The library cannot be read.
        """
        jobs: dict[str, BatchJob] = {}
        for number, spec_item in enumerate(self.item, 1):
            item = _apply_defaults(spec_item, self)
            item = item.model_copy(update={"filters": resolve_filters(library, item.filters)})
            name = item.name or _slugify_text(f"{item.report or ''} {item.topic or item.question}")
            parts = list(_split_item(item, name, library)) if item.each else [(name, item)]
            if not parts:
                raise InputError(f"Item {number} is for each {item.each}, and no paper has one.", "Widen its filters.")
            for part_name, part in parts:
                unique = _make_unique(part_name, jobs)
                jobs[unique] = BatchJob(name=unique, item=part, form=form)
        return list(jobs.values())


def read_spec(path: Path) -> Spec:
    """Read the spec in a file, its ``output`` made out.

    Raises:
        InputError: It cannot be read, or says what cannot be; the message names the item.
    """
    try:
        tables = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.", "Give a file in TOML: docs/batch.md.") from error
    except ValueError as error:
        raise InputError(f"{path} is no TOML: {error}.", "Mend it in a text editor.") from error
    try:
        spec = Spec.model_validate(tables)
    except ValidationError as error:
        raise _explain_error(path, tables, error) from error
    # Not Path.expanduser, which raises where there is nobody of that name.
    folder = os.path.expanduser(spec.output) if spec.output else f"{path.stem}-reports"
    return spec.model_copy(update={"output": path.parent / folder})


def _check_formats(formats: Sequence[str], allowed: Sequence[str]) -> None:
    unknown = [format for format in formats if format not in allowed]
    if unknown:
        raise ValueError(f"there is no format {unknown[0]!r} for it; choose of {', '.join(allowed)}")


def _explain_error(path: Path, tables: dict[str, Any], error: ValidationError) -> InputError:
    first = error.errors(include_url=False)[0]
    place = first["loc"]
    fields: Sequence[str] = tuple(Spec.model_fields)
    where = str(path)
    if place[:1] == ("item",) and len(place) > 1:
        item = tables["item"][place[1]]
        names = [item[key] for key in ("name", "report", "question") if item.get(key)] if isinstance(item, dict) else []
        # 40 characters tell a question from the others; chosen by hand.
        where += f", item {int(place[1]) + 1}" + (f" ({str(names[0])[:40]})" if names else "")
        place, fields = place[2:], tuple(SpecItem.model_fields)
    if first["type"] == "extra_forbidden":
        return InputError(f"{where}: there is no field {place[0]!r}.", f"There are: {', '.join(fields)}.")
    field = f"{place[0]}: " if place else ""
    if first["type"] == "missing":
        return InputError(f"{where}: {place[0]} is missing.", "Give at least one [[item]]: docs/batch.md.")
    reason = first["msg"].removeprefix("Value error, ").rstrip(".")
    return InputError(f"{where}: {field}{reason}.", "docs/batch.md has all fields.")


class BatchJob(Frozen):
    """One report or answer to make: its item with all that the batch says, and the name of its files.

    ``form`` is that of the reports of its batch. It is no part of what the job is: a batch stays in the form that it
    was begun in, and finds what it finished before there were forms.
    """

    name: str
    item: SpecItem
    form: int = Field(default=FORM, exclude=True)

    @property
    def request(self) -> ReportSpec | None:
        """The report, None for a question."""
        item = self.item
        if item.report is None:
            return None
        request = ReportSpec(
            kind=item.report,
            topic=item.topic,
            filters=item.filters,
            seed=item.seed,
            strict=bool(item.strict),
            least=item.least,
            most=item.most,
            form=self.form,
        )
        return TableSpec(**dict(request), columns=parse_columns(item.columns)) if item.columns else request

    @property
    def title(self) -> str:
        """What it is, in words."""
        return self.item.question or ": ".join(filter(None, (str(self.item.report), self.item.topic)))


def _apply_defaults(item: SpecItem, spec: Spec) -> SpecItem:
    """An item with what the batch says for all; where the model is goes with its name."""
    formats = item.formats or tuple(name for name in spec.formats if item.report or name in ANSWERS) or ANSWERS[:1]
    update: dict[str, object] = {"formats": formats}
    update["strict"] = spec.strict if item.strict is None else item.strict
    if item.filters.retracted is None and not (spec.retracted if item.retracted is None else item.retracted):
        update["filters"] = item.filters.model_copy(update={"retracted": False})
    if item.model is None and item.base_url is None:
        update |= {"model": spec.model, "base_url": spec.base_url}
        update |= {"api_key_env": item.api_key_env or spec.api_key_env}
    return item.model_copy(update=update)


def _split_item(item: SpecItem, name: str, library: Library) -> Iterator[tuple[str, SpecItem]]:
    """One item for each value of its ``each`` that enough papers with an abstract have, with its name."""
    assert item.each
    list_values, build_filters = _EACH[item.each]
    papers = (paper for paper in library.papers(item.filters) if paper.abstract)
    counts = Counter(value for paper in papers for value in set(list_values(paper)))
    for value in sorted(value for value, papers in counts.items() if papers >= item.at_least):
        filters = item.filters.intersect(build_filters(value))
        if filters.ids != ():  # Another category than those that are asked for.
            yield f"{name}-{_slugify_text(value)}", item.model_copy(update={"filters": filters})


# What ``each`` goes by: the values of a paper, and the filters that let one of them through.
_EACH: dict[Each, tuple[Callable[[Paper], Iterable[str]], Callable[[str], Filters]]] = {
    "author": (
        lambda paper: (author.name for author in paper.authors),
        lambda value: Filters(author=(value,)),
    ),
    "year": (
        lambda paper: [str(paper.year)] if paper.year else [],
        lambda value: Filters(year_from=int(value), year_to=int(value)),
    ),
    "category": (lambda paper: paper.categories, lambda value: Filters(category=(value,))),
}


# Characters of a name of a file that is made of a question: with "-" and an author it stays below 255. Chosen by hand.
_LONGEST = 60


def _slugify_text(text: str) -> str:
    """A text as a part of the name of a file, on every system; letters that ASCII has not go."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST].strip("-") or "item"


def _make_unique(name: str, names: Collection[str]) -> str:
    """The name, or the first of ``name-2``, ``name-3`` … that no other has, by a disk that minds no capitals either."""
    folded = {used.casefold() for used in names}
    candidates = (name, *(f"{name}-{n}" for n in range(2, len(folded) + 3)))
    return next(candidate for candidate in candidates if candidate.casefold() not in folded)
