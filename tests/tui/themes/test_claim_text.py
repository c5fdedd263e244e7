from textual.style import Style

from assistant.report.schema import Paragraph, Section
from assistant.types import Citation, Claim, Support
from tui.text import ASCII, UNICODE
from tui.themes.claim_list import CITE, claim_content, first_citations, list_lines


def cite(n: int, quote: str = "Said.") -> Citation:
    return Citation(n=n, paper_id=f"p{n}", title=f"Paper {n}", quote=quote, start=0, end=len(quote))


WRITTEN = Claim(text="Both say it.", support=Support.WORDED, citations=(cite(3), cite(7), cite(3, "Again.")))
DOUBTED = Claim(text="It costs 7.", support=Support.ABSENT, citations=(cite(3),), reasons=("7 is not there",))
PARTLY = Claim(text="It may.", support=Support.DOUBTFUL, citations=(cite(3),))


def test_each_paper_is_cited_once_and_each_number_can_be_clicked() -> None:
    content = claim_content(WRITTEN, UNICODE)
    assert content.plain == "Both say it. [3] [7] ≈"
    styles = [span.style for span in content.spans]
    places = [style.meta[CITE] for style in styles if isinstance(style, Style) and CITE in style.meta]
    assert places == [0, 1]
    assert [one.n for one in first_citations(WRITTEN)] == [3, 7]


def test_what_is_quoted_stands_in_quotation_marks() -> None:
    quote = Claim(text="Said.", support=Support.WORDED, citations=(cite(1),))
    assert claim_content(quote, UNICODE).plain.startswith("“Said.” [1]")


def test_doubts_have_words_and_reasons_beside_their_signs() -> None:
    assert claim_content(DOUBTED, UNICODE).plain.endswith("– not found in its source\n  7 is not there")
    assert claim_content(DOUBTED, ASCII).plain.endswith("- not found in its source\n  7 is not there")
    assert claim_content(PARTLY, UNICODE).plain.endswith("? in doubt")


def test_a_section_is_its_note_its_labels_and_its_claims() -> None:
    section = Section(
        heading="H", paragraphs=(Paragraph(claims=(WRITTEN,)), Paragraph(claims=(DOUBTED,), label="Data")), note="N"
    )
    shown = list(list_lines(section, UNICODE))
    assert [line.content.plain for line in shown if not line.claim and line.content.plain] == ["! N", "Data"]
    assert [line.claim for line in shown if line.claim] == [WRITTEN, DOUBTED]
    assert [line.content.plain for line in list_lines(Section(heading="H"), UNICODE)] == ["Nothing stands here."]


def test_text_moves_no_cursor() -> None:
    claim = Claim(text="\x1b[2J[/]\u202e", support=Support.DOUBTFUL, citations=(cite(1),), reasons=("\x1b[31m",))
    section = Section(heading="H", paragraphs=(Paragraph(claims=(claim,), label="\x1b]0;owned\x07"),), note="\x1b")
    assert not {"\x1b", "\u202e", "\x07"} & {
        char for line in list_lines(section, UNICODE) for char in line.content.plain
    }
