"""The file that says what a batch is to make (TOML); docs/batch.md describes it."""

import os
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, ConfigDict, Field, ValidationError, field_validator, model_validator

from assistant.export import FORMATS as ANSWERS
from assistant.question.filters import conditions
from assistant.report.render.files import FORMATS as REPORTS
from assistant.report.schema import Kind
from store.errors import InputError
from store.filters import Filters
from store.paper import Frozen

Each = Literal["author", "year", "category"]


def _several(value: object) -> object:
    return (value,) if isinstance(value, str) else value


class _Given(Frozen):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, allow_inf_nan=False)


class Item(_Given):
    """A report or a question, for the papers that its filters let through; with ``each`` one for each of their values.

    Attributes:
        report: The kind of a report; exactly one of ``report`` and ``question`` is given.
        question: A question to answer.
        topic: What a report is about.
        name: Of its files, without ending; "" for one made of what it is.
        filters: Papers that it draws on.
        each: One report or answer for every author, year or category.
        at_least: Papers with an abstract that such a value has to have.
        formats: Endings of its files; none for those of the batch.
        model: Who writes it; "" quotes, None for the batch's, else that of the settings.
        base_url: An endpoint that speaks OpenAI's interface.
        api_key_env: The name of the variable with its key.
        seed: Of everything that draws lots.
        strict: Leave out what is not worded as in its source; None for the batch's.
        retracted: Draw on retracted papers, too; None for the batch's.
        max_tokens: Tokens that it may take in all.
        max_cost: US dollars that it may take in all.
    """

    report: Kind | None = None
    question: str = ""
    topic: str = ""
    name: str = Field(default="", pattern=r"^[A-Za-z0-9_-]*$", max_length=80)
    filters: Filters = Filters()
    each: Each | None = None
    at_least: int = Field(default=1, ge=1)
    formats: Annotated[tuple[str, ...], BeforeValidator(_several)] = ()
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
    def _known(cls, value: object) -> object:
        if not isinstance(value, dict):
            return value
        try:
            return conditions(value)
        except InputError as error:  # pydantic takes no other error, and adds where it is.
            raise ValueError(str(error)) from error

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        if (self.report is None) == (not self.question):
            raise ValueError("say either report = KIND or question = TEXT")
        if self.question and self.topic:
            raise ValueError("a question has no topic")
        if self.report is Kind.QUESTION and not self.topic:
            raise ValueError("a report of the kind question needs the question as its topic")
        _check_formats(self.formats, REPORTS if self.report else ANSWERS)
        return self


class Spec(_Given):
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

    item: tuple[Item, ...] = Field(min_length=1)
    output: Path | None = None
    formats: Annotated[tuple[str, ...], BeforeValidator(_several)] = ("md",)
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
    def _there(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        _check_formats(value, REPORTS)
        return value


def read_spec(path: Path) -> Spec:
    """The spec in a file, its ``output`` made out.

    Raises:
        InputError: It cannot be read, or says what cannot be; the message names the item.
    """
    try:
        given = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.", "Give a file in TOML: docs/batch.md.") from error
    except ValueError as error:
        raise InputError(f"{path} is no TOML: {error}.", "Mend it in a text editor.") from error
    try:
        spec = Spec.model_validate(given)
    except ValidationError as error:
        raise _refused(path, given, error) from error
    # Not Path.expanduser, which raises where there is nobody of that name.
    folder = os.path.expanduser(spec.output) if spec.output else f"{path.stem}-reports"
    return spec.model_copy(update={"output": path.parent / folder})


def _check_formats(formats: Sequence[str], known: Sequence[str]) -> None:
    unknown = [format for format in formats if format not in known]
    if unknown:
        raise ValueError(f"there is no format {unknown[0]!r} for it; choose of {', '.join(known)}")


def _refused(path: Path, given: dict[str, Any], error: ValidationError) -> InputError:
    first = error.errors(include_url=False)[0]
    place = first["loc"]
    fields: Sequence[str] = tuple(Spec.model_fields)
    where = str(path)
    if place[:1] == ("item",) and len(place) > 1:
        item = given["item"][place[1]]
        named = [item[key] for key in ("name", "report", "question") if item.get(key)] if isinstance(item, dict) else []
        where += f", item {int(place[1]) + 1}" + (f" ({str(named[0])[:40]})" if named else "")
        place, fields = place[2:], tuple(Item.model_fields)
    if first["type"] == "extra_forbidden":
        return InputError(f"{where}: there is no field {place[0]!r}.", f"There are: {', '.join(fields)}.")
    field = f"{place[0]}: " if place else ""
    if first["type"] == "missing":
        return InputError(f"{where}: {place[0]} is missing.", "Give at least one [[item]]: docs/batch.md.")
    said = first["msg"].removeprefix("Value error, ").rstrip(".")
    return InputError(f"{where}: {field}{said}.", "docs/batch.md has all fields.")
