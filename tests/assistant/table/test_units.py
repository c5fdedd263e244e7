"""Numbers that their unit, or what stands around a time, tells a column."""

import pytest

from assistant.table.cells import fill_cells, read_number
from assistant.table.columns import parse_column
from store.paper import Paper


def fill(column: str, abstract: str) -> tuple[str, str]:
    """The value and the unit that a paper's abstract gives to a column; its places stand in the abstract."""
    (cell,) = fill_cells(Paper(id="frogs", title="Frogs", abstract=abstract), [parse_column(f"{column}: number")])
    assert cell.quote == abstract[cell.start : cell.end]
    assert all(cell.start <= start < end <= cell.end for start, end in cell.places)
    return cell.value, cell.unit


@pytest.mark.parametrize(
    ("column", "abstract", "value", "unit"),
    [
        ("wavelength", "Frogs see blue (415 nm) and red (633-nm) light.", "415 nm, 633 nm", "nm"),
        ("wavelength", "Light of 407–420 nm wakes frogs.", "407-420 nm", "nm"),
        ("wavelengths", "Frogs see light at 415 and 660 nm, and at 415 and 660 nm.", "415 and 660 nm", "nm"),
        ("temperature", "Ponds were kept at 18 °C.", "18 °C", "°C"),
        ("temperature", "Spawn froze between −5 and 10 °C.", "-5 and 10 °C", "°C"),
        ("dose", "Frogs took 10 000 IU of a vitamin.", "10 000 IU", "IU"),
        ("dose", "Frogs took 0.5 mg/kg/day of caffeine.", "0.5 mg/kg/day", "mg/kg/day"),
        ("light dose", "Spawn was lit with 75 J cm(-2).", "75 J cm(-2)", "J cm(-2)"),
        ("pressure", "Pressure fell to 90 mmHg.", "90 mmHg", "mmHg"),
        ("age", "A 2-year-old frog sang.", "2 years", "years"),
        ("age", "Frogs aged 2 to 5 months sang.", "2 to 5 months", "months"),
        ("duration", "Frogs were fed daily, 15 min at a time, over a period of 4 weeks.", "4 weeks", "weeks"),
        ("duration", "The light was used over an eight-week period.", "eight weeks", "weeks"),
        ("duration", "Frogs were lit daily for three months and then for 30 days.", "three months", "months"),
        ("treatment duration", "It was a 12-week trial of flies.", "12 weeks", "weeks"),
    ],
)
def test_a_unit_tells_its_quantity_without_the_noun(column: str, abstract: str, value: str, unit: str) -> None:
    assert fill(column, abstract) == (value, unit)


@pytest.mark.parametrize(
    ("column", "abstract"),
    [
        ("dose", "The second dose, and 2 doses more, woke frogs."),
        ("dose", "Blood held 3 mg/dL of sugar."),
        ("duration", "Frogs were found 100 years ago."),
        ("duration", "Frogs were treated at dusk and followed for 42 days."),
        ("duration", "After four treatments follow-up was for 3 months."),
        ("follow-up", "A 45-minute rest followed by 3 songs woke frogs."),
        ("follow-up", "Of 86 frogs two were lost to follow-up, 84 were not."),
        ("excitation wavelength", "Frogs see light of 415 nm."),
    ],
)
def test_what_is_no_such_quantity_is_not_stated(column: str, abstract: str) -> None:
    assert fill(column, abstract) == ("", "")


def test_the_sentence_counts_whose_numbers_are_told_most_often() -> None:
    abstract = "Light of 400-420 nm is blue. Frogs saw light of 455 nm. At 455 nm they sang."
    assert fill("wavelength", abstract) == ("455 nm", "nm")


def test_a_number_with_a_spread_is_of_the_unit_behind_it() -> None:
    assert fill("age", "Mean weight and age were 59.2 ± 1.4 kg in spring.") == ("", "")
    assert fill("age", "Mean age was 3.2 ± 1.4 years in spring.") == ("3.2 years", "years")


def test_the_duration_is_that_of_the_treatment() -> None:
    assert fill("duration", "The mean duration of the itch was 13 years.") == ("", "")
    assert fill("duration", "Frogs saw pulses of 10-ms duration.") == ("", "")
    assert fill("duration", "The duration of treatment was 13 weeks.") == ("13 weeks", "weeks")


def test_a_bracket_around_a_number_is_none_of_its_unit() -> None:
    assert fill("dose", "Spawn was lit (48 J/cm2) in spring.") == ("48 J/cm2", "J/cm2")
    assert fill("dose", "Spawn was lit at 29 J/cm(2)/day in spring.") == ("29 J/cm(2)/day", "J/cm(2)/day")


def test_a_temperature_below_zero_is_a_negative_number() -> None:
    assert read_number("-20 °C")[0] == -20
    assert read_number("7-20 °C")[0] == 7


def test_of_a_list_without_end_the_last_numbers_share_the_unit() -> None:
    assert fill("wavelength", f"Light of {'7 to ' * 40}8 nm was seen.")[0] == f"{'7 to ' * 12}8 nm"
