"""Which language a short text is in: told by its script, and within the Latin one by the small words of a language.

Libraries that tell languages are made for longer texts, or weigh a hundred megabytes; a question has three to twenty
words, of which names are many. Nothing is told where it is not clear.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from functools import cache, lru_cache

NAMES = {
    "ar": "Arabic",
    "bn": "Bengali",
    "de": "German",
    "el": "Greek",
    "en": "English",
    "es": "Spanish",
    "fa": "Persian",
    "fr": "French",
    "he": "Hebrew",
    "hi": "Hindi",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "nl": "Dutch",
    "pl": "Polish",
    "pt": "Portuguese",
    "ru": "Russian",
    "sv": "Swedish",
    "ta": "Tamil",
    "th": "Thai",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "vi": "Vietnamese",
    "zh": "Chinese",
}
"""The languages that can be told, by their codes, as they are called in English."""


def name_to_code(name: str) -> str:
    """Return the code of a language by its code or its English name; anything else in lower case."""
    plain = name.strip().lower()
    return next((code for code, called in NAMES.items() if called.lower() == plain), plain)


# Articles, prepositions, pronouns, question words and auxiliaries: what every sentence of a language has. A word of
# several languages counts for each of them in part.
_WORDS = {
    "en": """the of and is are what which how does do did in to a an for with on that by was were be been from
        as at it its this these those can could has have had not or than who why when where there we they
        their our between about into more most much many if any without under over""",
    "de": """der die das den dem des ein eine einen einem einer eines und ist sind war waren was wie welche
        welcher welches welchen welchem wer wo warum wieso wann wieviel wieviele viele viel mit von vom zu
        im in für auf nicht bei beim durch werden wird wurde wurden hat haben kann können es sie er sich
        als auch nach über unter gibt zur zum oder man um am aus dass ohne zwischen mehr gegenüber gegen""",
    "fr": """le la les un une des du de et est sont était été que qu quel quelle quels quelles qui quoi comment
        combien pourquoi quand dans pour par sur avec ne pas au aux ce cette ces il elle ils elles on se
        en d l a ont peut peuvent plus où entre sans leur leurs son sa ses y t-il t-elle fait font""",
    "es": """el la los las un una unos unas de del y es son era fue que qué cuál cuáles cómo cuánto cuánta
        cuántos cuántas quién quiénes dónde cuándo por para con en se no al lo su sus este esta estos
        estas entre como más hay sin sobre tiene tienen puede pueden""",
    "it": """il lo la i gli le un uno una di del dello della dei degli delle e è sono era che quale quali come
        quanto quanta quanti quante perché chi dove quando con per su nel nella nei nelle non si al alla
        ai da dal dalla ha hanno può più tra fra senza cosa""",
    "pt": """o a os as um uma uns umas de do da dos das e é são era foi que qual quais como quanto quanta
        quantos quantas quem onde quando por para com em no na nos nas não se ao aos à seu sua entre mais
        há tem têm pode podem sem pelo pela""",
    "nl": """de het een en van is zijn wat welke welk hoe waar waarom wanneer met op voor in niet door te bij
        worden wordt heeft hebben kan kunnen aan uit naar of dat die deze hoeveel tussen zonder meer er""",
    "pl": """jest są był jak jaki jaka jakie który która które co czy ile dlaczego kiedy gdzie kto w we na z ze
        do i oraz nie się dla przez od o po przy między bez""",
    "sv": """är var och att hur vilka vilken vilket vad vem varför när en ett av för med på inte som den det de
        i till från om mellan utan mer kan har""",
    "tr": """ve bir bu ne nedir nasıl hangi kaç kim neden ile için mi mı mu mü olarak olan da de daha ya""",
    "vi": """là gì của và các những trong cho với không có được như thế nào bao nhiêu một này để ở""",
}
_SIGNS = {"¿": "es", "¡": "es", "ß": "de", "ñ": "es", "ã": "pt", "õ": "pt", "ł": "pl", "ı": "tr", "å": "sv", "œ": "fr"}
# Signs of which another language may have some, too.
_HALF_SIGNS = {"ä": "de", "ö": "de", "ü": "de", "ç": "fr", "ê": "fr"}
_SCRIPTS = {
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "HANGUL": "ko",
    "CJK": "zh",
    "CYRILLIC": "ru",
    "ARABIC": "ar",
    "HEBREW": "he",
    "GREEK": "el",
    "DEVANAGARI": "hi",
    "BENGALI": "bn",
    "TAMIL": "ta",
    "THAI": "th",
}
_MARKS = {"ru": ("іїєґ", "uk"), "ar": ("پچژگ", "fa")}
_WORD = re.compile(r"(?<![\w-])[^\W\d_]++(?:['’][^\W\d_]++(?!\w)|(?![\w'’-]))")
# Letters of a script that a text has at the least to be in it: a Greek letter or two are fewer; of a script whose
# letters are words, two do. Chosen by hand.
_LETTERS = 4
_LETTERS_THAT_ARE_WORDS = 2
# The weight of small words that a text has at the least, in all and for each of its words up to a sum that is enough,
# and by how much they outweigh those of any other language; chosen on the questions of benchmarks/questions*.jsonl and
# on 2,000 claims and abstracts, none of which may be taken for another language than English.
_LEAST = 0.9
_SHARE = 0.2
_ENOUGH = 2
_AHEAD = 1.25
# Characters that are looked at: more of them tell nothing new. Chosen by hand.
_LOOKED_AT = 4000


@lru_cache(maxsize=1024)
def tell_language(text: str) -> str:
    """Tell the language of a text as its code ("en"); "" where it is not clear."""
    text = unicodedata.normalize("NFC", text[:_LOOKED_AT]).lower()
    language, most = _tell_by_script(text)
    return language if most else _tell_by_words(text) or language


def _tell_by_words(text: str) -> str:
    """Tell the language by small words and the signs of its alphabet; "" where it is not clear."""
    weights: dict[str, float] = defaultdict(float)
    words = _WORD.findall(text.replace("et al", ""))  # Latin in every language
    for word in words:
        for part in {word, *re.split(r"['’]", word)}:
            for language in _list_languages(part):
                weights[language] += 1 / len(_list_languages(part))
    for sign, language in _SIGNS.items():
        weights[language] += sign in text
    for sign, language in _HALF_SIGNS.items():
        weights[language] += (sign in text) / 2
    ranked = sorted(weights.items(), key=lambda item: -item[1])
    (first, most), (_, following) = [*ranked, ("", 0.0), ("", 0.0)][:2]
    least = max(_LEAST, min(_SHARE * len(words), _ENOUGH))
    return first if most >= least and most >= _AHEAD * following else ""


def _tell_by_script(text: str) -> tuple[str, bool]:
    """Tell the language by script, "" where that is the Latin one, and whether most letters are of that script."""
    others = (character for character in text if not character.isascii() and character.isalpha())
    scripts = Counter(script for script in map(_find_script, others) if script)
    if scripts["ja"] >= _LETTERS_THAT_ARE_WORDS:
        return "ja", True
    language, count = next(iter(scripts.most_common(1)), ("", 0))
    if count < (_LETTERS_THAT_ARE_WORDS if language == "zh" else _LETTERS):
        return "", False
    latin = sum(map(str.isalpha, text)) - scripts.total()
    letters, relative = _MARKS.get(language, ("", ""))
    return (relative if any(letter in text for letter in letters) else language), count > latin


@cache
def _find_script(character: str) -> str:
    name = unicodedata.name(character, "").split(" ")[0]
    return _SCRIPTS.get(name, "")


@cache
def _list_words() -> dict[str, frozenset[str]]:
    return {language: frozenset(words.split()) for language, words in _WORDS.items()}


@cache
def _list_languages(word: str) -> tuple[str, ...]:
    return tuple(language for language, words in _list_words().items() if word in words)
