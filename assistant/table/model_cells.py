"""Cells by a model: what it is asked of a paper, how its reply is read, and what of it holds.

A model only proposes. A cell counts where its quote stands in the abstract, its value in its quote, and both answer the
column; what fails is *not sure*, and what has no quote is not stated. So a model that fills every cell fills none
that the abstract does not carry.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from assistant.abstracts.passages import Passage
from assistant.abstracts.sample_size import is_sample_size
from assistant.table.cells import CellState, CellValue, read_number
from assistant.table.columns import Column, ColumnType
from assistant.table.measures import find_count, find_measure, names_measure
from assistant.types import Decision, Support
from assistant.verify.check import verify
from assistant.verify.injection import find_injection_start
from assistant.verify.numbers import is_same_quantity, parse_quantities
from assistant.verify.tokens import is_plain, is_stop, stem_word
from store.paper import Frozen, Paper
from store.text.clean import clean_characters
from store.text.sentences import sentence_spans


def build_form(columns: Sequence[Column]) -> Mapping[str, Any]:
    """Build the form in which a row is asked for where the endpoint takes a schema: an entry a column, by its number.

    Every column has to have its entry, which may be empty; of a choice the options and nothing else can be chosen.
    """
    entries = {str(n): _build_entry(column) for n, column in enumerate(columns, 1)}
    schema = {"type": "object", "properties": entries, "required": [*entries], "additionalProperties": False}
    return {"type": "json_schema", "json_schema": {"name": "cells", "strict": True, "schema": schema}}


def _build_entry(column: Column) -> dict[str, Any]:
    options = column.options or (("yes", "no") if column.type is ColumnType.YES_NO else ())
    value = {"type": "string", "enum": [*options, ""]} if options else {"type": "string"}
    return {
        "type": "object",
        "properties": {"sentence": {"type": "integer"}, "value": value},
        "required": ["sentence", "value"],
        "additionalProperties": False,
    }


# Words of a value in its own words, and the share of the words of a quote that stand in a sentence where it was not
# copied letter by letter. Chosen by hand, not measured.
_LONGEST_VALUE, _ALIKE = 200, 0.8
# What models write in a cell that states nothing.
_EMPTY = re.compile(
    r"(?:not (?:stated|mentioned|specified|reported|given|available|applicable|provided|clear|explicitly stated)\b.*"
    r"|n\.?/?a\.?|unknown|unclear|none(?: (?:stated|mentioned|given))?|null|nil|-+|–|…|\.+|empty|\?)",
    re.I,
)
_ASKS: Mapping[ColumnType, str] = {
    ColumnType.NUMBER: "a number with its unit",
    ColumnType.COUNT: "a whole number",
    ColumnType.PERCENTAGE: "a percentage",
    ColumnType.YEARS: "a year, or a span of years",
    ColumnType.NAMES: "names, with commas between them",
    ColumnType.YES_NO: "yes or no",
    ColumnType.ROLE: "its first words",
    ColumnType.TEXT: "a few words of its sentence",
}


class Proposal(Frozen):
    """What a model proposes for a cell; the value is empty where it says that nothing is stated.

    Attributes:
        value: The value.
        sentence: The number of the sentence that says it, from 1; 0 for none.
        quote: The sentence itself, for models that write it in place of its number.
    """

    value: str = ""
    sentence: int = 0
    quote: str = ""


def describe_columns(columns: Sequence[Column]) -> str:
    """Describe columns for a prompt, numbered from 1."""
    return "\n".join(f"{n}. {column.name}. Value: {_describe_type(column)}" for n, column in enumerate(columns, 1))


def _describe_type(column: Column) -> str:
    if column.type is ColumnType.CHOICE:
        return f"{', '.join(column.options[:-1])} or {column.options[-1]}"
    return _ASKS[column.type]


def read_proposals(text: str, columns: Sequence[Column]) -> list[Proposal | None]:
    """Read the reply of a model; None for each column that it says nothing readable of.

    A reply that was cut off, or stands in other words, gives the entries that can be read. Of two for one column the
    first counts.
    """
    proposals: list[Proposal | None] = [None] * len(columns)
    for entry in _list_entries(text):
        place = _find_place(entry, columns)
        value, quote = entry.get("value"), entry.get("quote")
        if place is None or proposals[place] is not None or isinstance(value, dict):
            continue
        listed = ", ".join(map(str, value)) if isinstance(value, list) else value
        value_text = (
            {True: "yes", False: "no", None: ""}.get(listed, str(listed)) if not isinstance(listed, str) else listed
        )
        number = str(entry.get("sentence", ""))
        proposals[place] = Proposal(
            value=clean_characters(value_text)[: 2 * _LONGEST_VALUE],
            sentence=int(number) if re.fullmatch(r"[0-9]{1,4}", number) else 0,
            quote=clean_characters(str(quote or "")),
        )
    return proposals


def _find_place(entry: Mapping[str, Any], columns: Sequence[Column]) -> int | None:
    """Find the column that an entry is for, by its number or its name."""
    named = entry.get("column")
    if isinstance(named, str) and not named.strip().isdigit():
        low = named.strip().casefold()
        return next((place for place, column in enumerate(columns) if column.name.casefold() == low), None)
    try:
        place = int(named) - 1  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    return place if 0 <= place < len(columns) else None


def _list_entries(text: str) -> list[dict[str, Any]]:
    """List the objects in a reply that have the form of a cell."""
    begin = text.find("{")
    if begin >= 0:
        try:
            content, _ = json.JSONDecoder().raw_decode(text, begin)
        except ValueError:
            content = None
        if isinstance(content, dict):
            cells = content.get("cells")
            rows = cells if isinstance(cells, list) else [_name_entry(name, entry) for name, entry in content.items()]
            if listed := [cell for cell in rows if isinstance(cell, dict)]:
                return listed
    entries = []
    for match in re.finditer(r'(?:"([^"\n]{1,99})"\s*:\s*)?(\{[^{}]*\})', text):
        try:
            entry = _name_entry(match[1], json.loads(match[2]))
        except ValueError:
            continue
        if entry is not None:
            entries.append(entry)
    return entries


def _name_entry(name: str | None, entry: object) -> dict[str, Any] | None:
    """Give an entry the column that it stands under; None where it is none."""
    if not isinstance(entry, dict):
        return None
    return {"column": name, **entry}


def check_proposal(paper: Paper, column: Column, proposal: Proposal | None, model: str) -> CellValue:
    """Check what a model proposes for a cell.

    Args:
        paper: The paper.
        column: The column.
        proposal: What it proposes; None where it proposes nothing that can be read.
        model: Its name.

    Returns:
        A stated cell where its quote stands in the abstract and carries the value; else one that is not sure, and says
        why; or one that is not stated.
    """
    if proposal is None:
        return _doubt(model, "the model gave no readable answer")
    value = proposal.value.strip(" .;\"“”'")
    is_option = value.casefold() in {option.casefold() for option in column.options}  # "none" may be one.
    if not is_option and (not value or _EMPTY.fullmatch(value)):
        return CellValue(by=model)
    if not proposal.sentence and not proposal.quote.strip():
        return _doubt(model, f"the model says {_show(value)} without a quote")
    span = _find_sentence(paper, proposal.sentence) or find_quote(paper, proposal.quote)
    if span is None:
        return _doubt(model, f"the quote of the model for {_show(value)} does not stand in the abstract")
    checked = _CHECKS[column.type](column, value, paper.abstract[slice(*span)])
    if isinstance(checked, str) and (other_span := _find_elsewhere(paper, value, span)):
        # Models miscount sentences: the one that has the value word for word is meant.
        elsewhere = _CHECKS[column.type](column, value, paper.abstract[slice(*other_span)])
        checked, span = (checked, span) if isinstance(elsewhere, str) else (elsewhere, other_span)
    if isinstance(checked, str):
        return _doubt(model, checked)
    start, end = span
    quote = paper.abstract[start:end]
    number, unit = read_number(checked[0]) if column.type in _NUMERIC else (None, "")
    places = _find_places(paper.abstract, start, end, checked[0])
    return CellValue(
        state=CellState.STATED,
        value=checked[0],
        number=number,
        unit=unit,
        quote=quote,
        start=start,
        end=end,
        places=places,
        by=model,
        support=checked[1],
        decision=Decision(stage="quote") if checked[1] is Support.QUOTED else Decision(),
    )


_NUMERIC = (ColumnType.NUMBER, ColumnType.COUNT, ColumnType.PERCENTAGE)
_Checked = tuple[str, Support] | str
"""The value as it may stand and its sign; or why it may not."""


def _doubt(model: str, note: str) -> CellValue:
    return CellValue(state=CellState.NOT_SURE, by=model, note=note)


def _show(value: str) -> str:
    return f"“{value[:60]}”"


def _find_sentence(paper: Paper, number: int) -> tuple[int, int] | None:
    """Find the place of a sentence by its number from 1; None where there is none that may be quoted."""
    spans = sentence_spans(paper.abstract)
    if not 0 < number <= len(spans) or spans[number - 1].end > find_injection_start(paper.abstract):
        return None
    return spans[number - 1].start, spans[number - 1].end


def _find_elsewhere(paper: Paper, value: str, span: tuple[int, int]) -> tuple[int, int] | None:
    """Find the one other sentence in which a value of some length stands word for word."""
    if len(value) < _TELLING_VALUE:
        return None
    folded_value = " ".join(_fold(value).split())
    found_spans = [
        (start, end)
        for start, end in sentence_spans(paper.abstract)
        if (start, end) != span and folded_value in " ".join(_fold(paper.abstract[start:end]).split())
    ]
    fits = len(found_spans) == 1 and found_spans[0][1] <= find_injection_start(paper.abstract)
    return found_spans[0] if fits else None


_TELLING_VALUE = 6  # Characters from which on a value tells a sentence from others; chosen by hand, not measured.


def find_quote(paper: Paper, quote: str) -> tuple[int, int] | None:
    """Find the sentences of an abstract in which a quote stands; None where it does not stand in what may be quoted.

    Spaces, dashes and case may differ; a quote that leaves words out is found by those that it has.
    """
    spans = sentence_spans(paper.abstract)
    end = find_injection_start(paper.abstract)
    text = _fold(paper.abstract)
    folded_quote = _fold(quote).strip(" .…\"'")
    pattern = r"\s+".join(map(re.escape, folded_quote.split()[:200]))
    found_place = re.search(pattern, text) if pattern else None
    if found_place:
        inside = [span for span in spans if span.start < found_place.end() and found_place.start() < span.end]
    else:
        words = _list_words(folded_quote)
        scored = [
            (len(words & _list_words(text[span.start : span.end])) / len(words), -number, span)
            for number, span in enumerate(spans)
            if words
        ]
        best = max(scored, default=None)
        inside = [best[2]] if best and best[0] >= _ALIKE and len(words) > 2 else []  # Too few to tell.
    if not inside or inside[-1].end > end:
        return None
    return inside[0].start, inside[-1].end


def _fold(text: str) -> str:
    """Fold a text character by character: no place moves."""
    folded = Passage(text[:_MOST_CHARACTERS], 0).low
    return folded.replace("“", '"').replace("”", '"')


_MOST_CHARACTERS = 100_000


def _list_words(text: str) -> set[str]:
    return {stem_word(word) for word in re.findall(r"[^\W_]+", text) if not is_stop(word)}


def _find_places(abstract: str, start: int, end: int, value: str) -> tuple[tuple[int, int], ...]:
    """Find where the pieces of a value stand in its quote."""
    places = []
    for piece in (value, *value.split(", ")):
        pattern = r"\s+".join(map(re.escape, piece.split()))
        if pattern and (match := re.search(pattern, abstract[start:end], re.I)):
            places.append((start + match.start(), start + match.end()))
        if piece == value and places:
            break
    return tuple(sorted(set(places)))


def _check_number(column: Column, value: str, quote: str) -> _Checked:
    """Check that a number stands in its quote with its unit, and that the quote speaks of what is asked."""
    ours = [number for number in parse_quantities(_unfold(value)) if number.kind not in ("vague", "ordinal")]
    passage = Passage(quote, 0)
    theirs = passage.quantities
    if not ours:
        return f"{_show(value)} is no number"
    if not all(any(is_same_quantity(number, quoted_number) for quoted_number in theirs) for number in ours):
        return f"{_show(value)} does not stand in its quote"
    if column.type is ColumnType.PERCENTAGE and not any(number.kind in ("percent", "points") for number in ours):
        same = [
            quoted_number
            for quoted_number in theirs
            if quoted_number.kind == "percent" and is_same_quantity(ours[0], quoted_number)
        ]
        if not same:
            return f"{_show(value)} is no percentage"
        value = same[0].text
    if not _speaks_of(column, passage):
        return f"the quote for {_show(value)} does not speak of {column.name}"
    return value, _sign(value, quote)


def _speaks_of(column: Column, passage: Passage) -> bool:
    """Tell whether a sentence names what a column measures; the size of a sample goes by many names."""
    if is_sample_size(column.name):
        return find_count(column, [passage]) is not None
    return names_measure(column, passage) or find_measure(column, [passage]) is not None


def _check_years(column: Column, value: str, quote: str) -> _Checked:
    years = re.findall(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)", _unfold(value))
    if not years:
        return f"{_show(value)} is no year"
    if not all(year in quote or f"-{year[2:]}" in _unfold(quote) for year in years):
        return f"{_show(value)} does not stand in its quote"
    return ("–".join((years[0], years[-1])) if len(years) > 1 else years[0]), _sign(value, quote)


def _check_names(column: Column, value: str, quote: str) -> _Checked:
    """Keep the names that stand in the quote."""
    low = _fold(quote)
    names = [name.strip() for name in re.split(r"[,;]|\sand\s", value) if name.strip()]
    there = [name for name in names if re.search(rf"(?<!\w){re.escape(_fold(name))}(?!\w)", low)]
    if not there:
        return f"{_show(value)} does not stand in its quote"
    return ", ".join(dict.fromkeys(there)), Support.QUOTED


def _check_choice(column: Column, value: str, quote: str) -> _Checked:
    """Check that a choice is one of the options, and that its quote has a word of the option or of the column."""
    options = column.options or ("yes", "no")
    chosen = next((option for option in options if option.casefold() == value.casefold()), None)
    if chosen is None:
        return f"{_show(value)} is none of {', '.join(options)}"
    passage = Passage(quote, 0)
    words = _list_words(f"{column.name} {'' if not column.options else chosen}".casefold())
    if not any(_is_there(word, passage) for word in words):
        return f"the quote for {_show(chosen)} does not speak of {column.name}"
    statement = f"{column.name}: {chosen}"
    if verify(statement, [Paper(id="quote", title="", abstract=quote)]).support is Support.CONTRADICTED:
        return f"the quote for {_show(chosen)} says otherwise"
    return chosen, Support.QUOTED if re.search(rf"\b{re.escape(chosen)}\b", quote, re.I) else Support.WORDED


def _is_there(word: str, passage: Passage) -> bool:
    # Four letters tell a word in all its forms; chosen by hand.
    return word in passage.stems or any(len(word) >= 4 and stem[:4] == word[:4] for stem in passage.stems)


def _check_text(column: Column, value: str, quote: str) -> _Checked:
    """Check that what is said in few words is said by the quote: word for word, or by words that it has."""
    if len(value) > _LONGEST_VALUE:
        return "the model wrote more than a cell holds"
    words = {word for word in re.findall(r"[^\W_]+", _fold(value)) if not is_stop(word)}
    if words and _sign(value, quote) is Support.QUOTED:
        return value, Support.QUOTED
    passage = Passage(quote, 0)
    telling = {word for word in words if not is_plain(word)} or words
    if not telling:
        return f"{_show(value)} says nothing"
    missing = [word for word in telling if stem_word(word) not in passage.stems]
    ours, theirs = parse_quantities(_unfold(value)), passage.quantities
    if missing or not all(any(is_same_quantity(number, quoted_number) for quoted_number in theirs) for number in ours):
        return f"{_show(value)} is not worded so in its quote"
    verdict = verify(value, [Paper(id="quote", title="", abstract=quote)])
    if verdict.support is Support.CONTRADICTED:
        return f"the quote for {_show(value)} says otherwise"
    return value, Support.WORDED


def _check_sentence(column: Column, value: str, quote: str) -> _Checked:
    return " ".join(quote.split()), Support.QUOTED


def _sign(value: str, quote: str) -> Support:
    return Support.QUOTED if " ".join(_fold(value).split()) in " ".join(_fold(quote).split()) else Support.WORDED


def _unfold(text: str) -> str:
    return Passage(text, 0).text


_CHECKS = {
    ColumnType.NUMBER: _check_number,
    ColumnType.COUNT: _check_number,
    ColumnType.PERCENTAGE: _check_number,
    ColumnType.YEARS: _check_years,
    ColumnType.NAMES: _check_names,
    ColumnType.YES_NO: _check_choice,
    ColumnType.CHOICE: _check_choice,
    ColumnType.ROLE: _check_sentence,
    ColumnType.TEXT: _check_text,
}
