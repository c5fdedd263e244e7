"""Lists of authors as text, and whether two names may be one person's."""

import re
import unicodedata

from store.person_name import is_body

_ET_AL = re.compile(r"(?:^|[,;&]?\s+)(?:(?:and\s+|&\s+)?et\.?\s+al\b\.?|(?:and|&)\s+others)\s*$", re.IGNORECASE)
# Characters of the longest ending that it finds (", and et. al."), with single spaces; so one look takes the same time
# however long the list is.
_LONGEST_ET_AL = 16
_LONGEST_NAME = 300  # letters; what is longer is no name with initials behind it. Chosen by hand
_SEPARATORS = re.compile(r" ?; ?")
_OF_BODIES = re.compile(r"\b(?:of|for)\b")
_LAST_SEPARATOR = re.compile(r",? (?:and|&) ")
_INITIALS_LAST = re.compile(
    r"(?P<family>[^\W\d_][^\d,;.]*?)\s+(?P<initials>(?:[A-ZÀ-ÖØ-Þ]\.?-?){1,4})(?:\s+(?P<suffix>Jr|Sr|2nd|3rd|I{2,3}))?"
)
_SUFFIX = re.compile(r"(?:jr|sr)\.?|i{2,3}|iv", re.IGNORECASE)


def strip_et_al(text: str) -> tuple[str, bool]:
    """Return the list without "et al." or "and others" at its end, and whether that stood there."""
    line = " ".join(text.split())
    end = len(line.rstrip(" .…,")) if line.endswith(("…", "...")) else len(line)
    while end and (match := _ET_AL.search(line, max(0, end - _LONGEST_ET_AL), end)):
        end = match.start()
    return line[:end], end < len(line)


def split_at_commas(text: str) -> list[str]:
    """Return the names of "Ann Poe, John Roe, Jr., Max Moe"; a "Jr." stays with its name."""
    names: list[str] = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        if names and _SUFFIX.fullmatch(part):
            names[-1] += f", {part}"
        else:
            names.append(part)
    return names


def split_names(text: str) -> list[str]:
    """Return the names of a list with ";", " and ", " & " or commas.

    Commas part names only where each piece has two words: "Poe, Ann" is one name, "Ann Poe, John Roe" are two. An "and"
    in the name of a body parts nothing: "Department of Health & Human Services".
    """
    runs = (run.strip(" ,") for run in _SEPARATORS.split(" ".join(text.split())))
    parts = (part.strip(" ,") for run in runs for part in _split_at_last(run))
    names: list[str] = []
    for part in filter(None, parts):
        pieces = pair_initials(part) or split_at_commas(part)
        names += pieces if all(len(piece.split()) > 1 for piece in pieces) else [part]
    return names


def _split_at_last(run: str) -> list[str]:
    is_whole = "," not in run and _OF_BODIES.search(run)
    return [run] if is_whole else _LAST_SEPARATOR.split(run)


def split_run(text: str) -> list[str]:
    """Return the names of what should be one name and lists several, in words of text alone; else the name itself.

    Parted are "Poe, Ann; Roe, Max", "Poe, Ann and Roe, Max" (or "&") where each has one comma, "Poe, A., Roe, M.B.",
    and names of two words each with commas between them, of which there are three or an "and". "García Márquez,
    Gabriel José" and "Roe, Jr., John" are one name.
    """
    if _WIDE_SIGN.search(text):
        pieces = [piece.strip() for piece in _WIDE_SIGN.split(text) if piece.strip()]
        return pieces if all(len(piece) > 1 for piece in pieces) else [", ".join(pieces)]  # "李，四" is one name
    has_last = _LAST_RUN.search(text) is not None
    if "{" in text or not (";" in text or text.count(",") > 1 or has_last):
        return [text]
    pieces = [piece.strip(" ,") for piece in _RUN.split(text) if piece.strip(" ,")]
    if ";" in text or (len(pieces) > 1 and all(piece.count(",") == 1 for piece in pieces)):
        return pieces
    if pairs := pair_initials(", ".join(pieces)):
        return pairs
    names = split_at_commas(", ".join(pieces))
    are_names = all(_FULL_NAME.fullmatch(name.partition(",")[0]) and not is_body(name) for name in names)
    return names if (len(names) > 2 or (has_last and "," not in text)) and are_names else [text]


_WIDE_SIGN = re.compile("[；、，]")
_LAST_RUN = re.compile(r"\s(?:and|\\?&)\s")
_RUN = re.compile(r";|,?\s+(?:and|\\?&)\s+")
# Two to four words, of which the first and the last have capitals, none of them of a body ("Department of Health").
_FULL_NAME = re.compile(r"(?!.*\b(?:of|for)\b)[^\W\d_a-z][\w.'’-]*(?: [\w.'’-]+){0,2} [^\W\d_a-z][\w.'’-]*")


def pair_initials(text: str) -> list[str]:
    """Return the names of "Keller, M., Braun, P.H.", where each second piece is initials; none of any other text."""
    line = " ".join(text.split())  # a run of blanks would take the square of its length
    pieces = [piece.strip() for piece in _RUN.sub(", ", line).rstrip(", ").split(",")]
    are_pairs = len(pieces) > 3 and len(pieces) % 2 == 0
    if not are_pairs or not all(map(_INITIALS.fullmatch, pieces[1::2])) or any(map(_INITIALS.fullmatch, pieces[::2])):
        return []
    return [", ".join(pair) for pair in zip(pieces[::2], pieces[1::2], strict=True)]


_INITIALS = re.compile(r"(?:[A-ZÀ-ÖØ-Þ]\.[ -]?){1,4}|[A-ZÀ-ÖØ-Þ]{1,3}")


def part_initials(name: str) -> str | None:
    """Return "Lau, Y", "Phillips, J.C." for "Lau Y", "Phillips J.C.", which the source means; None for other names."""
    match = _INITIALS_LAST.fullmatch(name.strip()) if len(name) <= _LONGEST_NAME else None
    return ", ".join(filter(None, (match["family"], match["initials"], match["suffix"]))) if match else None


def is_same_person(name: str, candidate: str) -> bool:
    """Return whether two names agree: same last word, same first one or its initial; case, accents, middles aside."""
    a, b = _split_words(name), _split_words(candidate)
    if not a or not b or a[-1] != b[-1]:
        return False
    first, second = a[0], b[0]
    return first == second or (first[0] == second[0] and 1 in (len(first), len(second)))


def _split_words(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", name).casefold()
    return re.findall(r"[^\W\d_]+", "".join(char for char in plain if not unicodedata.combining(char)))
