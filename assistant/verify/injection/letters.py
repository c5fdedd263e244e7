"""Letters in their plainest form, so that no disguise hides a word: look-alikes, small capitals, spaced letters, codes.

What is folded is only ever looked at, never shown: spans and quotes are those of the text as it stands.
"""

import base64
import binascii
import codecs
import re
import unicodedata
from collections.abc import Set
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from store.text.clean import clean_characters

# Letters from which on a run of letters standing apart is a word; "M E T H O D S" is read too, and says nothing.
_LEAST_SPACED = 5
_SPACED = re.compile(
    rf"(?<!\w)(?:[^\W\d_][ ._*·/|-]{{1,2}}){{{_LEAST_SPACED - 1},}}[^\W\d_](?![^\W\d_])(?!['’])", re.IGNORECASE
)
_WORD = re.compile(r"[^\W_]+")
# A code of so many characters holds some words; shorter ones are names of commits and of records.
_CODE = re.compile(r"[A-Za-z0-9+/]{24,}")
_STYLED = re.compile("[\U0001d400-\U0001d7ffⒶ-ⓩＡ-Ｚａ-ｚ🄐-🅩]{4,}")
_LEET = (str.maketrans("013457@$", "oieastas"), str.maketrans("013457@$", "oleastas"))
# The shortest word that is looked for behind figures in place of letters, and behind letters moved or turned round.
_LEAST_LEET, _LEAST_TURNED = 4, 5
_LONG_WORD = re.compile(rf"[a-zA-Z0-9]{{{_LEAST_TURNED},}}")
# Words that have to be found behind moved or turned letters before a sentence is taken for a code, and their share of
# the strange ones: turned round, "blots" is a word by chance.
_LEAST_DECODED, _LEAST_SHARE = 2, 1 / 3
_LONGEST_WORD, _LONGEST_RUN = 18, 400


class Folded(NamedTuple):
    """A text in small plain letters, and the names of the disguises that were taken off."""

    text: str
    disguises: frozenset[str]


def fold_letters(text: str, vocabulary: Set[str]) -> Folded:
    """Fold a text to small letters without accents and take off what disguises its words.

    Args:
        text: Any text.
        vocabulary: Words that are looked for behind disguises.
    """
    clean = clean_characters(text)
    if clean.isascii():
        return _undo_codes(clean, clean.lower(), set(), vocabulary)
    disguises = {"styled"} if _STYLED.search(clean) else set()
    plain = unicodedata.normalize("NFKC", clean)
    without_capitals = plain.translate(_map_small_capitals())
    if sum(a != b for a, b in zip(plain, without_capitals, strict=True)) >= _LEAST_SPACED - 1:
        disguises.add("small capitals")
    alike, is_disguised = _fold_confusables(without_capitals, vocabulary)
    if is_disguised:
        disguises.add("look-alikes")
    return _undo_codes(clean, alike.translate(_map_accents()).lower(), disguises, vocabulary)


@cache
def _map_small_capitals() -> dict[int, str]:
    """Map small capitals to their letters by their names in Unicode."""
    table = {}
    for code in (*range(0x0250, 0x02B0), *range(0x1D00, 0x1D2C), *range(0xA720, 0xA800)):
        name = unicodedata.name(chr(code), "")
        if name.startswith("LATIN LETTER SMALL CAPITAL ") and len(name.split()[-1]) == 1:
            table[code] = name[-1].lower()
    # These two have no small capital of their own and are written with letters that look so.
    return table | {ord("ꜰ"): "f", ord("ғ"): "f", ord("ǫ"): "q"}


@cache
def _map_accents() -> dict[int, str]:
    """Map Latin letters with accents to those without; marks of other scripts belong to their letters."""
    table: dict[int, str] = dict.fromkeys(range(0x0300, 0x0370), "")
    for code in (*range(0x00C0, 0x0250), *range(0x1E00, 0x1F00)):
        plain = "".join(part for part in unicodedata.normalize("NFD", chr(code)) if part.isascii())
        if plain:
            table[code] = plain
    return table | {ord(letter): plain for letter, plain in zip("ßøØłŁđĐıİæœ", "soollddiiao", strict=False)}


@cache
def _map_confusables() -> dict[str, str]:
    lines = files(__package__).joinpath("confusables.txt").read_text(encoding="utf-8").splitlines()
    table = {alike: line[0] for line in lines if not line.startswith("#") for alike in line[2:]}
    # The table takes a capital I for an l, which it looks like, too; here it has to be the letter that is meant.
    return {alike: "i" if plain == "l" and alike.isupper() else plain for alike, plain in table.items()}


def _fold_confusables(text: str, vocabulary: Set[str]) -> tuple[str, bool]:
    """Fold the words that mix alphabets, and all others too where none of them is surely of another alphabet.

    "все" of a Russian sentence looks Latin from end to end and is none: such words stay where one stands that does not.
    The second value tells whether a known word came out, which "IFNγ" is not.
    """
    table = _map_confusables()
    words = [match for match in _WORD.finditer(text) if not match[0].isascii()]
    foreign = any(any(letter not in table and _is_foreign(letter) for letter in word[0]) for word in words)
    pieces: list[str] = []
    end, is_disguised = 0, False
    for word in words:
        mixed = any(letter.isascii() and letter.isalpha() for letter in word[0])
        if mixed or not foreign:
            plain = "".join(table.get(letter, letter) for letter in word[0])
            is_disguised = is_disguised or (plain != word[0] and plain.lower() in vocabulary and len(plain) > 1)
            pieces += [text[end : word.start()], plain]
            end = word.end()
    return "".join([*pieces, text[end:]]), is_disguised


def _is_foreign(letter: str) -> bool:
    return letter.isalpha() and not unicodedata.name(letter, "").startswith("LATIN")


def _undo_codes(clean: str, folded: str, disguises: set[str], vocabulary: Set[str]) -> Folded:
    """Undo what turns letters into other characters of the same alphabet."""
    changed = folded
    for decoded in _decode_runs(clean):
        disguises.add("code")
        changed = f"{changed} {decoded.lower()}"
    joined = _SPACED.sub(lambda match: _split_run("".join(filter(str.isalpha, match[0])), vocabulary), changed)
    if joined != changed:
        disguises.add("spaced")
    plain = _read_figures(joined, vocabulary)
    if plain != joined:
        disguises.add("figures")
    turned = _turn_back(plain, vocabulary)
    if turned != plain:
        disguises.add("turned")
    return Folded(turned, frozenset(disguises))


def _decode_runs(text: str) -> list[str]:
    """Decode what base64 or hexadecimal figures hold, where that is words."""
    decoded = []
    for match in _CODE.finditer(text):
        run = match[0][:_LONGEST_RUN]
        for decode in (_decode_hexadecimal, _decode_base64):
            words = decode(run)
            if " " in words.strip() and words.isascii() and words.isprintable():
                decoded.append(words)
                break
    return decoded


def _decode_hexadecimal(run: str) -> str:
    try:
        return bytes.fromhex(run[: len(run) // 2 * 2]).decode("ascii", "ignore")
    except ValueError:
        return ""


def _decode_base64(run: str) -> str:
    try:
        return base64.b64decode(run + "=" * (-len(run) % 4)).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""


def _split_run(run: str, vocabulary: Set[str]) -> str:
    """Split letters that stood apart into the fewest known words; what is no word stays in one piece."""
    run = run[:_LONGEST_RUN]
    # For each end the least cost, and where the last word begins; a letter outside words costs as much as two words.
    best = [(0.0, 0)]
    for end in range(1, len(run) + 1):
        options = [(best[end - 1][0] + 2.0, end - 1)]
        for start in range(max(0, end - _LONGEST_WORD), end - 1):
            if run[start:end] in vocabulary:
                options.append((best[start][0] + 1.0, start))
        best.append(min(options))
    pieces: list[str] = []
    end, loose = len(run), ""
    while end:
        start = best[end][1]
        if end - start == 1:
            loose = run[start:end] + loose
        else:
            pieces += [loose, run[start:end]]
            loose = ""
        end = start
    return " ".join(filter(None, reversed([*pieces, loose])))


_FIGURE = re.compile("[0-9@$]")
_WITH_FIGURES = re.compile(rf"(?<![\w@$])(?=[a-z]{{0,17}}[0-9@$])[a-z0-9@$]{{{_LEAST_LEET},{_LONGEST_WORD}}}(?![\w@$])")


def _read_figures(text: str, vocabulary: Set[str]) -> str:
    """Read figures as the letters that they look like, where that gives a known word: pr3v10us."""

    def read(match: re.Match[str]) -> str:
        for table in _LEET:
            word = match[0].translate(table)
            if word in vocabulary and any(map(str.isalpha, match[0])) and not match[0][-1].isdigit():
                return word
        return match[0]

    return _WITH_FIGURES.sub(read, text) if _FIGURE.search(text) else text


def _turn_back(text: str, vocabulary: Set[str]) -> str:
    """Turn back letters that were moved by thirteen places or written from right to left."""
    if text.isascii():
        odd = _LONG_WORD.findall(text)
    else:
        odd = [word for word in _WORD.findall(text) if len(word) >= _LEAST_TURNED and word.isascii()]
    strange = [word for word in odd if word not in vocabulary and word.isalpha()]
    least = max(_LEAST_DECODED, _LEAST_SHARE * len(strange))
    if sum(word in vocabulary for word in codecs.encode(" ".join(strange), "rot13").split()) >= least:
        return codecs.encode(text, "rot13")
    if sum(word[::-1] in vocabulary for word in strange) >= least:
        return text[::-1]
    return text
