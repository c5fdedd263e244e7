import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.batch.spec import BatchJob, Spec, SpecItem, read_spec
from assistant.report.schema import ReportKind
from store.errors import InputError
from store.filters import Filters
from tests.assistant.batch.making import spec

ITEM = '[[item]]\nreport = "themes"\n'


def test_a_spec_says_what_to_make(tmp_path: Path) -> None:
    text = f"""
        output = "out"
        formats = "html"
        max_cost = 2
        {ITEM}
        [[item]]
        question = "Who?"
        filters = {{ author = "Che", year_from = 2020 }}
        model = ""
    """
    read = read_spec(spec(tmp_path, text))
    assert (read.output, read.formats, read.max_cost) == (tmp_path / "out", ("html",), 2.0)
    assert read.item[0].report is ReportKind.THEMES
    assert read.item[1].filters == Filters(author=("Che",), year_from=2020)
    assert read.item[1].model == ""


def test_without_an_output_it_is_beside_the_spec(tmp_path: Path) -> None:
    assert read_spec(spec(tmp_path, ITEM)).output == tmp_path / "b-reports"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "item is missing"),
        ("[[item", "is no TOML"),
        (f"{ITEM}formatz = 1", "item 1 (themes): there is no field 'formatz'"),
        (f"colour = 1\n{ITEM}", "b.toml: there is no field 'colour'"),
        (f'{ITEM}[[item]]\nname = "x"\nreport = "poem"', "item 2 (x): report: Input should be"),
        (f'{ITEM}question = "Why?"', "say either report = KIND or question = TEXT"),
        ("[[item]]\ntopic = 'x'", "item 1: say either"),
        ("[[item]]\nreport = 'question'", "needs the question as its topic"),
        (f'{ITEM}filters = {{ autor = "Che" }}', "There is no filter 'autor'"),
        (f"{ITEM}filters = {{ year_from = 20200 }}", "A year has one to four digits"),
        (f'{ITEM}formats = ["md", "xyz"]', "there is no format 'xyz' for it"),
        ('[[item]]\nquestion = "Why?"\nformats = "pdf"', "there is no format 'pdf' for it"),
        (f'{ITEM}name = "../x"', "item 1 (../x): name: "),
        (f'{ITEM}each = "month"', "each: Input should be 'author', 'year' or 'category'"),
        (f"{ITEM}max_tokens = -1", "max_tokens: Input should be greater"),
        ("item = 3", "item: Input should be a valid tuple"),
        ("item = [3]", "item 1: Input should be"),
    ],
)
def test_what_is_wrong_is_said_with_the_item(text: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as raised:
        read_spec(spec(tmp_path, text))
    assert words in str(raised.value)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_spec(tmp_path / "none.toml")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.floats(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["author", "ids", "x"]), inner, max_size=2)
    ),
    max_leaves=4,
)


@given(
    given_=st.dictionaries(st.sampled_from([*Spec.model_fields, "x"]), VALUES, max_size=3),
    item=st.sampled_from(["", ITEM]),
)
def test_anything_is_taken_or_refused(
    tmp_path_factory: pytest.TempPathFactory, given_: dict[str, object], item: str
) -> None:
    import tomlkit

    try:
        text = tomlkit.dumps({key: value for key, value in given_.items() if value is not None})
    except (TypeError, ValueError):
        return
    file = tmp_path_factory.getbasetemp() / "any.toml"
    file.write_text(f"{text}\n{item}", encoding="utf-8", errors="replace")
    with contextlib.suppress(InputError):
        assert read_spec(file).item


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ('report = "table"', "a table needs columns"),
        ('report = "themes"\ncolumns = ["size: number"]', "only a table has columns"),
        ('report = "table"\ncolumns = ["size: furlongs"]', "which there is not"),
        ('report = "themes"\nformats = ["xlsx"]', "no format 'xlsx'"),
    ],
)
def test_columns_are_those_of_a_table(item: str, words: str, tmp_path: Path) -> None:
    file = tmp_path / "b.toml"
    file.write_text(f"[[item]]\n{item}\n")
    with pytest.raises(InputError, match=words):
        read_spec(file)


def test_an_item_without_columns_is_kept_under_the_key_that_it_had() -> None:
    assert "columns" not in SpecItem(report=ReportKind.THEMES).model_dump()
    assert SpecItem(report=ReportKind.TABLE, columns=("size: number",)).model_dump()["columns"] == ("size: number",)


def test_a_job_is_known_by_what_it_always_was_known_by_and_by_what_is_set_since() -> None:
    item = SpecItem(report=ReportKind.THEMES, filters=Filters(author=("Che",)))
    job = BatchJob(name="themes", item=item, form=1)
    always = {"author", "year_from", "year_to", "category", "source", "text", "has_code", "retracted", "ids"}
    assert job.model_dump(mode="json").keys() == {"name", "item"}
    assert job.model_dump(mode="json")["item"]["filters"].keys() == always
    assert "columns" not in job.model_dump(mode="json")["item"]
    for since in (Filters(venue=("Nature",)), Filters(min_citations=0), Filters(has_abstract=False)):
        other = BatchJob(name="themes", item=item.model_copy(update={"filters": since}))
        [(name, value)] = since.model_dump(mode="json", exclude_defaults=True).items()
        assert other.model_dump(mode="json")["item"]["filters"][name] == value
    assert job.request is not None
    assert job.request.form == 1


def test_an_item_that_moves_the_cut_asks_for_it_and_one_that_does_not_keeps_its_key() -> None:
    item = SpecItem(report=ReportKind.THEMES, topic="bandits", least=0.0, most=3)
    job = BatchJob(name="one", item=item)
    assert job.request is not None
    assert (job.request.least, job.request.most) == (0.0, 3)
    assert (item.model_dump()["least"], item.model_dump()["most"]) == (0.0, 3)
    assert not {"least", "most"} & {*SpecItem(report=ReportKind.THEMES).model_dump()}
