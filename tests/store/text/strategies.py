"""Text made of what cleaning has to deal with, as hypothesis strategies."""

from hypothesis import strategies as st

_LATEX = r"""\ $ { } ~ ^ _ ^{ _{ ^2 _1 \\ \$ \{ \} \% \_ \& \" \' \` \^ \~ \= \. \c \v \d \b \t \, \/ \- \@ \( \) \[ \]
    $$ \emph{ \textbf{ \alpha \le \frac{ \sqrt \sqrt{ \mathcal{O} \cite{x} \ref \href{ \url{ \footnote{ \begin{ \end{
    \begin{equation} \end{equation} \item \i \o \L \textbackslash \unicode{x24} \unicode{x5c} \text{ \left \LaTeX
    \nosuch \nosuch{ `` '' -- --- % # @ ( ) [ ] C:\ http://"""
_MARKUP = """< > & ; <b> </b> <sup> </sup> <sub> </sub> <p> <title> </title> <math> </math> <mi> </mi> <msup> </msup>
    <mfrac> </mfrac> <!-- --> <![CDATA[ ]]> <script> </script> <jats:p> </jats:p> <tex-math> &lt; &gt; &amp; &#36; &#92;
    &nbsp; &amp;lt; amp; lt;"""
_CHARACTERS = ["\n", "\t", "\x1b[", "\x1b[31m", "\x1b]0;", "\x07", "\x9b", "\x92", "\x85", "\u0301", "\u0338",
               "\u200c", "\u200d", "\u0915", "\u094d", "\u202e", "\u2066", "\ufe0f", "\ufeff", "\U0001f600",
               "\U000e0041", "\u1fef", "\u212a", "\u2028", "\u00ad", "\ud800"]  # fmt: skip
_WORDS = "a b x é 1 2 5 10 . , - and word The e i j".split()

FRAGMENTS = st.sampled_from([*_LATEX.split(), *_MARKUP.split(), *_CHARACTERS, *_WORDS, " "])
HOSTILE = st.lists(FRAGMENTS | st.text(max_size=3), max_size=14).map("".join)

_PROSE = """We show e.g. i.e. et al. Fig. 2 Eq. (3) vs. U.S. Ph.D. i.i.d. no. 3 J. Duchi group B. 0.05 1. 2. (1) ... …
    .. . ! ? ?! " “ ” ) ( ] [12] sp. spp. end.Next torch.nn 。 「 」 ！ the model . 5 ¹,² # -"""
PROSE = st.lists(st.sampled_from([*_PROSE.split(), " "]) | st.text(max_size=3), max_size=25).map(" ".join)
