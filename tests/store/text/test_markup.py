"""Tags go, their text stays, and a "<" of the text is no tag."""

import pytest

from store.text.clean import clean_text


@pytest.mark.parametrize(
    "text",
    [
        "p < 0.05 and n > 3",
        "x<y and z>w",
        "a<b and c>d",
        "AT&T; R&D",
        "a <foo@bar.org> b",
        "?a=1&region=2&copy=3",
        "i<j>k",
    ],
)
def test_what_only_looks_like_markup_stays(text: str) -> None:
    assert clean_text(text) == text


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("<p>One.</p><p>Two.</p>", "One. Two."),
        ("a<br/>b <b class='x'>bold</b> <i>H</i>-indole", "a b bold H-indole"),
        ("p &lt; .05 &amp; &#945;&nbsp;= &#x3B2;", "p < .05 & α = β"),
        ("&amp;lt;i&amp;gt;twice&amp;lt;/i&amp;gt; &amp;amp;", "twice &"),
        ("<jats:title>Abstract</jats:title><jats:p>We do.</jats:p>", "We do."),
        ("<jats:sec><jats:title>Methods</jats:title><jats:p>Mice.</jats:p></jats:sec>", "Methods: Mice."),
        ("such as<jats:italic>Phaser</jats:italic>can see", "such as Phaser can see"),
        ("0.4-<u>&lt;</u>4.5", "0.4-≤4.5"),
        ("seen<!-- not <b>seen</b> --> <script>x=1</script>too", "seen too"),
        ("<![CDATA[kept]]> <style face='normal'>title</style>", "kept title"),
        ("a cut-off <mml:math xmlns:mml='http", "a cut-off"),
    ],
)
def test_tags_and_entities(raw: str, clean: str) -> None:
    assert clean_text(raw) == clean


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("CO<sub>2</sub>, V<sub>max</sub>, t<sub>1/2</sub>", "CO2, Vmax, t1/2"),
        ("10<sup>-3</sup> m<sup>2</sup> s<sup>−1</sup>", "10⁻³ m² s⁻¹"),
        (
            "<sup>13</sup>C, Ca<sup>2+</sup>, CD4<sup>+</sup>, Nf1<sup>+/-</sup>, 1<sup>st</sup>",
            "13C, Ca2+, CD4+, Nf1+/-, 1st",
        ),
        ("known.<sup>1-3,5</sup> n<sup>k</sup> e<sup>-kt</sup>", "known.¹-³,⁵ n^k e^(-kt)"),
    ],
)
def test_superscripts_and_subscripts(raw: str, clean: str) -> None:
    assert clean_text(raw) == clean


@pytest.mark.parametrize(
    ("inside", "clean"),
    [
        ("<mml:msup><mml:mi>x</mml:mi><mml:mn>2</mml:mn></mml:msup>", "x²"),
        ("<mml:msub><mml:mi>CsV</mml:mi><mml:mn>3</mml:mn></mml:msub>", "CsV3"),
        (
            "<mml:mi>I</mml:mi><mml:mo>&gt;</mml:mo><mml:mfrac><mml:mn>1</mml:mn><mml:mn>2</mml:mn></mml:mfrac>",
            "I > 1/2",
        ),
        (
            "<mml:mmultiscripts><mml:mi>He</mml:mi><mml:mprescripts/><mml:none/><mml:mn>3</mml:mn></mml:mmultiscripts>",
            "3He",
        ),
        ("<mml:mi>broken</mml:mn>", "broken"),
        ("<mml:mrow>" * 300 + "deep" + "</mml:mrow>" * 300, "deep"),
    ],
)
def test_mathml(inside: str, clean: str) -> None:
    assert (
        clean_text(f'in <mml:math xmlns:mml="http://www.w3.org/1998/Math/MathML">{inside}</mml:math> now')
        == f"in {clean} now"
    )


def test_a_formula_given_twice_is_taken_once() -> None:
    mathml = "<mml:math><mml:msup><mml:mi>x</mml:mi><mml:mn>2</mml:mn></mml:msup></mml:math>"
    assert clean_text(f"for <jats:tex-math>$$x^2$$</jats:tex-math>{mathml} we") == "for x² we"
