"""Digests as Markdown and HTML: all that is data shows as text, and what was not looked at is said."""

from pathlib import Path

import pytest

from assistant.client.watches import Watches
from assistant.watch.digest import CellChange, Digest, NewPaper, NewsKind, ReportChange, ReportNews, UpdateReport
from assistant.watch.digest_text import render_digest, summarize_digest
from store.errors import InputError

DIGEST = Digest(
    number=3,
    papers=(
        NewPaper(id="a", title="On <b>Owls</b> *now*", year=2026, watch="arxiv:query owls", nearness=0.51),
        NewPaper(id="z", title="Bread", nearness=0.02, far=True),
    ),
    reports=(
        ReportNews(
            report_id="r",
            path="themes.md",
            title="Themes",
            changes=(
                ReportChange(
                    id="1",
                    kind=NewsKind.FIGURE,
                    paper_id="a",
                    title="On Owls",
                    claim="Owls see 90%.",
                    claim_title="Eyes",
                    quote="Owls see 95%.",
                    note="95% is higher than 90%",
                ),
                ReportChange(id="2", kind=NewsKind.THEME, paper_id="a", title="On Owls", heading="Birds"),
                ReportChange(
                    id="3",
                    kind=NewsKind.CELL,
                    paper_id="a",
                    title="On Owls",
                    cells=(CellChange(column="sight", value="95%", quote="Owls see 95%.", before="not stated"),),
                ),
            ),
        ),
    ),
)


def test_markdown() -> None:
    assert render_digest(UpdateReport(digest=DIGEST)) == (
        "# What is new in the library\n"
        "\n"
        "Digest 3: 2 new papers, 3 changes in 1 saved report.\n"
        "\n"
        "## New papers, the nearest to the library first\n"
        "\n"
        "- **On \\<b\\>Owls\\</b\\> \\*now\\*** (2026; `arxiv:query owls`; nearness 0.51)\n"
        "- **Bread** (nearness 0.02, far from the papers of the library)\n"
        "\n"
        "## Themes\n"
        "\n"
        "`themes.md`\n"
        "\n"
        "### Figures that go further\n"
        "\n"
        "*The words beside the numbers were compared; whether both were measured alike was not.*\n"
        "\n"
        "- **On Owls**\n"
        "  - 95% is higher than 90%\n"
        "  > Here: Owls see 95%.\n"
        "  > In the report, from “Eyes”: Owls see 90%.\n"
        "\n"
        "### New in its themes\n"
        "\n"
        "- **On Owls** belongs to “Birds”\n"
        "\n"
        "### Cells to fill\n"
        "\n"
        "- **On Owls**\n"
        "  - sight: 95% (the table says not stated) — “Owls see 95%.”\n"
    )


def test_html_has_no_markup_of_papers() -> None:
    page = render_digest(UpdateReport(digest=DIGEST), "html")
    assert "<b>" not in page
    assert "On &lt;b&gt;Owls&lt;/b&gt; *now*" in page
    assert "whether both were measured alike was not." in page
    assert "<script" not in page


def test_a_summary_leaves_out_what_there_is_not() -> None:
    assert summarize_digest(Digest()) == "nothing new"
    assert summarize_digest(Digest(retracted=DIGEST.papers[:1])) == "1 paper retracted"


@pytest.mark.parametrize("format", ["md", "html", "json"])
def test_a_file_is_replaced_only_where_an_update_wrote_it(format: str, tmp_path: Path) -> None:
    file = tmp_path / f"news.{format}"
    Watches.save(UpdateReport(digest=DIGEST), file, format)
    Watches.save(UpdateReport(), file, format)
    assert file.read_text(encoding="utf-8") == render_digest(UpdateReport(), format)
    file.write_text("# My own notes\n")
    with pytest.raises(InputError, match="no update wrote"):
        Watches.save(UpdateReport(digest=DIGEST), file, format)
    assert file.read_text() == "# My own notes\n"


def test_there_is_no_other_format() -> None:
    with pytest.raises(InputError, match="'docx'"):
        render_digest(UpdateReport(), "docx")
