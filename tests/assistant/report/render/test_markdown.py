import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.phrases import explain_signs
from assistant.report.figures.figure import Picture
from assistant.report.render.manuscript import Manuscript
from assistant.report.render.markdown import write_markdown
from tests.assistant.export.test_escaping import _LOADS, HOSTILE, read
from tests.assistant.report.render import made_up


def body(said: str) -> str:
    """A report without its front matter."""
    return said.split("\n---\n", 1)[1]


def test_a_report_of_quotes() -> None:
    said = write_markdown(made_up.printed(), "rare")
    assert said.startswith('---\ntitle: "Themes"\nlang: en\nbibliography: "rare.bib"\n# The')
    assert re.sub("-{4,}", "----", body(said)) == (
        "\n*Quoted from the abstracts, word for word; no model wrote any of it. 2 papers: 1 cited, 1 no abstract.*\n\n"
        "# Overview\n\n"
        "- “We estimate them by sampling.” [@poe2018rare] *≈*\n\n"
        "# Rare events\n\n"
        "## Methods\n\n"
        "- “We estimate them by sampling.” [@poe2018rare] *≈*\n"
        "- They cost 30 percent. [@poe2018rare] **(? in doubt: 30 is not in the source)**\n\n"
        "# Side by side\n\n"
        "| Paper | Method |\n|:----|:----|\n"
        "| On Rare Events | “We estimate them by sampling.” [@poe2018rare] *≈* |\n"
        "| Notes | not stated in the abstract |\n\n"
        "# References\n\n"
        "- \\[1\\] **poe2018rare**: Poe, A. (2018). On Rare Events. https:\\//example.org/p\n\n"
        "# Where every paper went\n\n2 papers: 1 cited, 1 no abstract.\n\n"
        "| Paper | Where it went | Why |\n|:----|:----|:----|\n"
        "| On Rare Events | cited | cited |\n| Notes | no abstract | the record has no abstract |\n\n"
        "# How this was made\n\n"
        "- **Text:** Quoted from the abstracts, word for word; no model wrote any of it.\n"
        f"- **Signs:** {explain_signs()}\n- **Kind:** themes\n"
        "- **Conspectus:** 0.1.0\n- **Library generation:** g1\n- **Papers in scope:** 2\n- **Model:** extractive\n"
        "- **Seed:** 0\n"
    )


def test_a_model_writes_in_paragraphs() -> None:
    said = write_markdown(made_up.printed(mode="some-model"))
    assert "\n\n“We estimate them by sampling.” [@poe2018rare] *≈* They cost 30 percent. [@poe2018rare] **(? in" in said
    assert "Written by some-model; 4 sentences: 3 worded alike (≈), 1 in doubt (?)." in said
    assert "- **Tokens:** 1,000 in, 200 out\n- **Price:** 0.5000 US dollars" in said


def test_pandoc_may_list_the_references_instead() -> None:
    said = write_markdown(made_up.printed(), listed=False)
    assert "# References\n\n::: {#refs}\n:::\n" in said
    assert "suppress-bibliography" not in said


def test_pictures_follow_the_overview_with_what_they_show() -> None:
    shown = Picture("map", "A map", "Two papers.", "<svg/>", b"")
    said = write_markdown(made_up.printed()._replace(pictures=(shown,)), "rare")
    assert "![A map](<rare_files/map.png>)\n\n*In numbers.* Two papers.\n\n# Rare events" in said


@pytest.mark.parametrize("text", made_up.HOSTILE)
@pytest.mark.parametrize("mode", ["extractive", "some-model"])
def test_known_attacks_stay_text(text: str, mode: str) -> None:
    stays_text(text, mode)


@given(HOSTILE.filter(str.strip), st.sampled_from(["extractive", "some-model"]))
def test_any_text_stays_text(text: str, mode: str) -> None:
    stays_text(text, mode)


def stays_text(text: str, mode: str) -> None:
    """The blocks are those of the report without it, and nothing loads."""
    stays_said(write_markdown(made_up.printed(text, mode)), _LOADS)
    said = write_markdown(of_today(made_up.printed(text, mode)))
    stays_said(said, _LOADS - {"link_open"})
    assert not re.search(r"[^\\]\]\((?!<)", said)  # A link is an address that is shown.


def stays_said(said: str, loads: set[str]) -> None:
    """The blocks of Markdown are those of the report without the text, and nothing loads."""
    head = said.split("\n---\n", 1)[0]
    assert [line.split(":")[0] for line in head.splitlines()[1:] if not line.startswith("#")] == [
        *("title", "lang", "bibliography", "suppress-bibliography", "link-citations")
    ]
    assert not read(body(said))[1] & (loads | {"ordered_list_open", "hr", "blockquote_open", "s_open"})
    assert len(re.findall(r"^# ", body(said), re.MULTILINE)) == 6


def of_today(of: Manuscript) -> Manuscript:
    """The same report in today's form."""
    manifest = of.report.manifest.model_copy(update={"settings": {**of.report.manifest.settings, "form": 2}})
    return of._replace(report=of.report.model_copy(update={"manifest": manifest}))


def test_an_address_is_a_link_without_a_backslash() -> None:
    said = write_markdown(of_today(made_up.printed("See https://example.org/a_b?c=1, *now*.")), "rare")
    assert "See <https://example.org/a_b?c=1>, \\*now\\*." in said
    assert ":\\/" not in said
    for hostile in ("https://[x](javascript:alert(1))", "http:// now", "https://a.org/<script>", "https://a@b:c d"):
        stays_text(hostile, "extractive")


def test_what_a_picture_shows_is_its_text_in_place_and_no_paragraph() -> None:
    shown = Picture("map", "A map", "Two papers.", "<svg/>", b"png")
    said = write_markdown(of_today(made_up.printed())._replace(pictures=(shown,)), "rare")
    assert '![Two papers.](<rare_files/map.png> "A map")' in said
    assert "In numbers" not in said
    for_pandoc = write_markdown(of_today(made_up.printed())._replace(pictures=(shown,)), "rare", listed=False)
    assert '![A map](<rare_files/map.png>){alt="Two papers."}' in for_pandoc


def test_where_there_is_no_file_none_is_named() -> None:
    said = write_markdown(of_today(made_up.printed()), "")
    assert "bibliography" not in said
    assert "link-citations" not in said
