from pathlib import Path

import pytest

from assistant.batch.job import ModelRegistry
from assistant.batch.spec import BatchJob, Spec, SpecItem
from assistant.client import Assistant
from assistant.report.schema import ReportKind
from store.errors import InputError
from store.filters import Filters

THEMES = SpecItem(report=ReportKind.THEMES)


def jobs(field: Assistant, *items: SpecItem, **more: object) -> list[BatchJob]:
    return Spec(item=items, output=Path("out"), **more).expand_jobs(field.library)  # type: ignore[arg-type]


def test_each_author_year_and_category_has_papers(field: Assistant) -> None:
    for each in ("author", "year", "category"):
        made = jobs(field, SpecItem(report=ReportKind.ANNOTATED, each=each))
        assert len(made) > 2
        for job in made:
            assert job.name.startswith("annotated-")
            assert list(field.library.papers(job.item.filters))


def test_values_have_so_many_papers(field: Assistant) -> None:
    every = jobs(field, SpecItem(report=ReportKind.ANNOTATED, each="author"))
    common = jobs(field, SpecItem(report=ReportKind.ANNOTATED, each="author", at_least=2))
    assert 0 < len(common) < len(every)
    with pytest.raises(InputError, match="no paper has one"):
        jobs(field, SpecItem(report=ReportKind.ANNOTATED, each="author", at_least=99))


def test_a_value_narrows_the_filters(field: Assistant) -> None:
    item = SpecItem(report=ReportKind.ANNOTATED, each="category", filters=Filters(category=("LG",)))
    assert [job.item.filters.category for job in jobs(field, item)] == [("LG",)]


def test_names_are_made_of_what_it_is_and_no_two_are_alike(field: Assistant) -> None:
    items = (
        THEMES,
        THEMES,
        SpecItem(question="Wär’s, so?"),
        SpecItem(report=ReportKind.THEMES, name="THEMES"),
        SpecItem(question="你好"),
    )
    assert [job.name for job in jobs(field, *items)] == ["themes", "themes-2", "wars-so", "THEMES-3", "item"]


def test_an_item_says_more_than_the_batch(field: Assistant) -> None:
    own = SpecItem(report=ReportKind.THEMES, model="b", formats=("json",), strict=False)
    question = SpecItem(question="Who?")
    common, other, asked = jobs(
        field, THEMES, own, question, model="a", base_url="http://a", formats=("html", "md"), strict=True
    )
    assert (common.item.model, common.item.base_url, common.item.formats) == ("a", "http://a", ("html", "md"))
    assert common.request
    assert common.request.strict
    assert (other.item.model, other.item.base_url, other.item.formats) == ("b", None, ("json",))
    assert other.request
    assert not other.request.strict
    assert (asked.item.formats, asked.request, asked.title) == (("md",), None, "Who?")


def test_retracted_papers_are_let_in_only_where_that_is_said(field: Assistant) -> None:
    said = SpecItem(report=ReportKind.THEMES, retracted=True)
    theirs = SpecItem(report=ReportKind.THEMES, filters=Filters(retracted=True))
    assert [job.item.filters.retracted for job in jobs(field, THEMES, said, theirs)] == [False, None, True]
    assert [job.item.filters.retracted for job in jobs(field, THEMES, theirs, retracted=True)] == [None, True]


def test_a_model_of_an_item_goes_where_openais_variable_says(field: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://localhost:1/v1")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-any-0123456789abcdef")
    models = ModelRegistry(field.library, None, lambda: None, None)
    chain = models.get_chain(SpecItem(question="Why?", model="openai:gpt-4o-mini"))
    assert chain is not None
    assert chain.model.chat.settings.endpoint == "http://localhost:1/v1"  # type: ignore[attr-defined]
