from hypothesis import given
from hypothesis import strategies as st

from assistant.export.bibtex_writer import escape_verbatim
from assistant.export.fields import escape_latex
from tests.assistant.export import bib


@given(st.text())
def test_any_text_has_whole_pairs_of_braces_and_no_command(text: str) -> None:
    written = escape_latex(text)
    depth = 0
    for character in written:
        depth += {"{": 1, "}": -1}.get(character, 0)
        assert depth in (0, 1)
    assert depth == 0
    assert bib.active(written) == []
    assert "\n" not in written


@given(st.text())
def test_any_address_stays_one_word_without_braces(text: str) -> None:
    assert not set(escape_verbatim(text)) & set("{}\\ \n\t")


def test_letters_stay_and_marks_are_spelt() -> None:
    assert escape_latex("Núñez 字 100% {x} \\y ~^<>|") == (
        r"Núñez 字 100\% \textbraceleft{}x\textbraceright{} \textbackslash{}y"
        r" \textasciitilde{}\textasciicircum{}\textless{}\textgreater{}\textbar{}"
    )
    assert escape_verbatim("10.1002/(SICI)1<1::AID-X>3.0.CO;2-2") == "10.1002/(SICI)1<1::AID-X>3.0.CO;2-2"
