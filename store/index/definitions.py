"""What words stand for, and what stands for them, as the papers of a library define their abbreviations.

The dictionary has each definition as ``terms of the long form=short form``, and the reverse.
"""

from collections.abc import Iterable, Sequence

from store.index.dictionary import Dictionary
from store.index.index_schema import extract_terms
from store.text.abbreviations import get_singular

# A meaning of an abbreviation counts where so many times its papers are as many as those of the commonest meaning.
# Chosen by hand; not measured.
OF_THE_COMMONEST = 2


def find_equivalents(dictionary: Dictionary, words: str) -> tuple[str, ...]:
    """Find what words stand for, or what stands for them: "LLM" and back.

    Of several meanings of a short form the rarer ones are passed over, and a short form that mostly stands for
    something else is no equivalent.
    """
    singular = get_singular(words.strip())
    forms = _find_definitions(dictionary, singular)
    return tuple(form for form in forms if _share_terms(singular, _find_definitions(dictionary, form)))


def select_short_forms(definitions: Iterable[str], words: str) -> list[str]:
    """Select from definitions the short forms, and their plurals, of what ends in these words, whatever is before.

    "LLM" and "LLMs" of "language models"; none of a single word.
    """
    terms = extract_terms(words)
    ends = " ".join(terms)
    forms: dict[str, None] = {}
    for definition in definitions if len(terms) > 1 else ():
        long, _, short = definition.partition("=")
        if (long == ends or long.endswith(f" {ends}")) and len(short.split()) == 1:
            forms |= dict.fromkeys((short, f"{short}s"))
    return list(forms)


def _find_definitions(dictionary: Dictionary, words: str) -> tuple[str, ...]:
    """Find what papers define words by, the most frequent first, each wording of the same terms once."""
    prefix = f"{' '.join(extract_terms(words))}="
    counts: dict[str, int] = {}
    spelling: dict[str, str] = {}
    for value, _ in dictionary.list_terms("abbreviation", prefix) if len(prefix) > 1 else ():
        form = str(value).removeprefix(prefix)
        key = " ".join(extract_terms(form))
        counts[key] = counts.get(key, 0) + dictionary.count_papers("abbreviation", str(value))
        spelling.setdefault(key, form)
    most = max(counts.values(), default=0)
    frequent = [key for key in counts if counts[key] and counts[key] * OF_THE_COMMONEST >= most]
    return tuple(spelling[key] for key in sorted(frequent, key=lambda key: (-counts[key], key)))


def _share_terms(words: str, forms: Sequence[str]) -> bool:
    """Return whether one of the forms has just the terms of some words."""
    return extract_terms(words) in [extract_terms(form) for form in forms]
