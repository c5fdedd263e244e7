"""The code of ISO 639-1 for a language, however a source writes it: ``ger``, ``English``, ``en-US``, ``ngerman``.

The table is that of ISO 639-2 (loc.gov/standards/iso639-2) as far as a language has a code of two letters: that code,
the two of three letters, and the names in English.
"""

import re
from functools import cache, lru_cache
from importlib.resources import files

# What biblatex and babel call languages beside their English names (ctan.org/pkg/biblatex, langid).
_BABEL = {
    "american": "en", "british": "en", "usenglish": "en", "ukenglish": "en", "canadian": "en", "australian": "en",
    "newzealand": "en", "ngerman": "de", "austrian": "de", "naustrian": "de", "swissgerman": "de", "nswissgerman": "de",
    "francais": "fr", "acadian": "fr", "canadien": "fr", "brazil": "pt", "brazilian": "pt", "portuges": "pt",
    "magyar": "hu", "farsi": "fa", "slovene": "sl", "nynorsk": "nn", "mexican": "es", "mandarin": "zh",
}  # fmt: skip


@lru_cache(maxsize=4096)
def read_language(text: str) -> str:
    """Return the code of the first language that a text names; "" where it names none."""
    for part in re.split(r"[;,/|]", text):
        code = _index_languages().get(part.strip().lower())
        if code := code or _index_languages().get(re.split(r"[-_\s(]", part.strip().lower(), maxsplit=1)[0]):
            return code
    return ""


@cache
def _index_languages() -> dict[str, str]:
    codes = dict(_BABEL)
    for line in files("store.readers").joinpath("iso_639.tsv").read_text(encoding="utf-8").splitlines():
        code, *others, names = line.split("\t")
        words = (re.split("[,(]", name)[0].strip().lower() for name in names.split(";"))
        codes |= dict.fromkeys((code, *others, *words), code)
    return codes
