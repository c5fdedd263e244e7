r"""What LaTeX looks like in running text, and what only looks like it."""

import re

from store.text.mathtext import MAX_FORMULA

# The letters ahead are those with which a token begins: without them the search takes nine times as long.
TOKEN = re.compile(
    rf"""
    (?= [\\${{}}hA-Z] ) (?:
    (?P<keep> https?://[^\s{{}}\\$]+ | (?<!\w)[A-Z]:\\(?=[\w.])[^\s{{}}$"']* )
  | (?P<math> \$\$[^$]{{1,{MAX_FORMULA}}}\$\$ | \$(?:[^$\\]|\\.){{1,{MAX_FORMULA}}}\$
            | \\\((?:[^\\]|\\[^()]){{1,{MAX_FORMULA}}}\\\) | \\\[(?:[^\\]|\\[^\[\]]){{1,{MAX_FORMULA}}}\\\] )
  | (?P<quoted> (?<!\w)\\"(?=\w)[^"\\]*[^"\\\s]\\"(?!\w|\{{) | (?<=\w)\\'(?=(?:s|t|re|ve|ll|d|m)\b) )
  | (?P<accent> \\["'`^~=.] (?: \s*\{{\s*(?:\\?[ij]|[A-Za-z])\s*\}} | \\[ij](?![A-Za-z]) | [A-Za-z] )
            | \\[cvuHkrdbt] (?: \s*\{{\s*(?:\\?[ij]|[A-Za-z])\s*\}} | \s+(?:\\[ij](?![A-Za-z])|[A-Za-z]) ) )
  | (?P<escape> \\[$%&\#_{{}}] )
  | (?P<space> (?<=[\w)])\\[,;:](?=[\w{{\\$]) | (?<=\S)\\(?=\s) | (?<!\S)\\\\(?!\S) | (?<=[a-z])\\-(?=[a-z]) | \\@ )
  | (?P<macro> \\[A-Za-z]+\*? )
  | (?P<brace> [{{}}] )
    )""",
    re.VERBOSE,
)
TYPOGRAPHY = re.compile(
    r"""(?=[h`~-])(?: https?://\S+
  | ``(?P<quote>[^`']*)''
  | (?<!-)(?P<dash>---?)(?!-)(?:(?<=[^\s-]--)|(?<=[^\s-]---)|(?!\w))  # but not the flag in "run with --fast"
  | (?<=[\w.,:;)\]}])(?P<tie>~)(?=\S) )""",
    re.VERBOSE,
)
_PROSE = re.compile(r"(?<![\\A-Za-z{])[A-Za-z]{2,}\s|\s[A-Za-z]{2,}(?![A-Za-z}])")


def brace_pairs(text: str) -> dict[int, int]:
    """Where each opening brace closes, for those that match (escaped ones are letters)."""
    pairs: dict[int, int] = {}
    open_at: list[int] = []
    for m in re.finditer(r"\\.|[{}]", text):
        if m[0] == "{":
            open_at.append(m.start())
        elif m[0] == "}" and open_at:
            pairs[open_at.pop()] = m.start()
    return pairs


def is_math(inner: str, after: str, *, dollars: bool) -> bool:
    """Whether this is a formula and not the text between two prices; in doubt it is text, which loses nothing."""
    if re.search(r"[\\^_{]", inner):
        return inner.strip() == inner or not _PROSE.search(inner)
    if not dollars or inner.strip() != inner:
        return False
    if after.isalnum():  # 10$-$20, $n$th and $2$D, but not $5-$10 and $HOME/$USER
        return bool(re.fullmatch(r"\W+" if after.isdigit() else r"\W+|[A-Za-z]|[\d.,]+", inner))
    if inner[0].isdigit() and " " in inner and not re.search(r"[=<>+*/|−-]", inner):
        return False  # $1.9B-$2B, 5$/kWh
    return not _PROSE.search(inner)


def typeset(m: re.Match[str]) -> str:
    """The dash, quotation or space that a match of ``TYPOGRAPHY`` stands for."""
    if m["dash"]:
        return "–" if m["dash"] == "--" else "—"
    if m["quote"] is not None:
        return f"“{m['quote']}”"
    return " " if m["tie"] else m[0]
