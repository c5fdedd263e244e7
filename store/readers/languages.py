"""The code of a language, however a source writes it: ``ger``, ``English``, ``en-US``, ``ngerman``, ``Deutsch``.

Two tables: that of ISO 639-2 (loc.gov/standards/iso639-2) as far as a language has a code of two letters, with the two
of three letters and the names in English; and the names of LaTeX's babel (``locale`` of github.com/latex3/babel) for
such languages and their varieties, with the tag of BCP 47 and the name in the language itself.
"""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files

# Options of older releases of babel that its files do not name any more.
_OLDER_OPTIONS = {
    "portuges": "pt", "brazil": "pt-BR", "francais": "fr", "frenchb": "fr", "farsi": "fa", "germanb": "de",
    "mandarin": "zh",
}  # fmt: skip
# Of the names that babel gives a language the one that biblatex has for it, where that is not the first.
_PREFERRED = {"de": "ngerman", "de-AT": "naustrian", "de-CH": "nswissgerman", "sr": "serbian"}
_TAG = re.compile(r"(?P<code>[a-z]{2,3})[-_](?P<rest>[a-z0-9]{2,8}(?:[-_][a-z0-9]{1,8})*)")


def read_language(text: str) -> str:
    """Return the code of ISO 639-1 of the first language that a text names; "" where it names none."""
    return read_language_tag(text).partition("-")[0]


@lru_cache(maxsize=4096)
def read_language_tag(text: str) -> str:
    """Return the tag of BCP 47 ("en-GB") of the first language that a text names; "" where it names none."""
    tags = _index_names()
    for part in re.split(r"[;,/|]", text):
        name = part.strip().lower()
        if tag := tags.get(name) or tags.get(re.sub(r"[\s-]", "", name)):
            return tag
        if code := tags.get(re.split(r"[-_\s(]", name, maxsplit=1)[0]):
            variety = _TAG.fullmatch(name)
            return f"{code}-{_spell_subtags(variety['rest'])}" if variety else code
    return ""


def name_for_babel(text: str) -> str:
    """Return what LaTeX's babel calls the language that a text names, as ``langid`` has it; "" where it has no name."""
    tag, names, own = read_language_tag(text), _list_babel_names(), text.strip().lower()
    if own in names.get(tag, ()):
        return own
    found = next((each for each in (tag, tag.partition("-")[0]) if names.get(each)), "")
    return _PREFERRED.get(found) or next(iter(names.get(found, ())), "")


def is_babel_name(text: str) -> bool:
    """Return whether babel alone calls a language so, such as ``ngerman``."""
    name = text.strip().lower()
    return name not in _index_iso() and name in _list_babel_names().get(read_language_tag(name), ())


def _spell_subtags(text: str) -> str:
    return "-".join(part.upper() if len(part) == 2 else part.title() for part in re.split("[-_]", text))


@cache
def _list_babel_names() -> dict[str, list[str]]:
    names = {tag: names.lower().split() for tag, names, _ in _read_rows("babel_languages.tsv")}
    for name, tag in _OLDER_OPTIONS.items():
        names[tag].append(name)
    return names


@cache
def _index_iso() -> dict[str, str]:
    codes: dict[str, str] = {}
    for code, *others, names in _read_rows("iso_639.tsv"):
        words = (re.split("[,(]", name)[0].strip().lower() for name in names.split(";"))
        codes |= dict.fromkeys((code, *others, *words), code)
    return codes


@cache
def _index_names() -> dict[str, str]:
    """Index the tags by names in lower case; where several have one name the first row counts."""
    tags = {name: tag for tag, names in reversed(_list_babel_names().items()) for name in names}
    local = {name.lower(): tag for tag, _, name in reversed([*_read_rows("babel_languages.tsv")]) if name}
    return local | tags | _index_iso()


def _read_rows(name: str) -> Iterator[list[str]]:
    for line in files("store.readers").joinpath(name).read_text(encoding="utf-8").splitlines():
        yield line.split("\t")
