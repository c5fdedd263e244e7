"""Looking up names: the authors, venues, keywords, tags and collections that somebody means by what he typed."""

import re
from collections.abc import Iterable, Iterator

from store.index.dictionary import COUNTED, Dictionary
from store.index.spellings import fits_name, is_one_edit, list_spellings, make_key, reduce_sound, split_name
from store.index.value_names import SEPARATOR, fits_abbreviation, name_to_key, reverse_word, select_words
from store.person_name import name_words

# Letters of a word from which a typing error is told from another word; "Chen" and "Cheng" are both names. By hand.
LONG_ENOUGH = 5
# Letters more or less that a name may have whose consonants alone are those of another. By hand.
_VOWELS = 2
# A word of a name that is one letter.
_INITIAL = re.compile(r"\b\w\b")
# Letters by which an abbreviated word is looked up. Chosen by hand.
_BEGINNING = 3
# In characters; a longer name is nobody's. Chosen by hand.
_LONGEST_NAME = 300


# Initials as PubMed writes them, behind the surname: "Gold MH".
_INITIALS_BEHIND = re.compile(r"(?<=\w\w)(?P<blank>,?\s+)(?P<initials>[^\W\d_]{2,3})$")


def _space_initials(name: str) -> str:
    """Space the initials behind a surname: "Gold MH" as "Gold M H"; "" where there are none."""
    match = _INITIALS_BEHIND.search(name)
    return f"{name[: match.start()]} {' '.join(match['initials'])}" if match else ""


class NameLookup:
    """What names mean in one view of a library; what was looked up is kept.

    Args:
        dictionary: The library's.
    """

    def __init__(self, dictionary: Dictionary) -> None:
        self._dictionary = dictionary
        self._authors: dict[str, dict[str, str]] = {}
        self._suggestions: dict[str, str] = {}
        self._values: dict[tuple[str, str], tuple[str, ...]] = {}

    def find_authors(self, name: str) -> dict[str, str]:
        """Authors whom a name fits, key → name as first found; "Che", "ethan che" and "E. Che" fit "Ethan Che"."""
        authors = self._authors.get(name)
        if authors is None:
            authors = self._look_up_authors(name) or self._look_up_authors(_space_initials(name))
            if len(self._authors) >= COUNTED:
                self._authors.clear()
            self._authors[name] = authors
        return authors

    def _look_up_authors(self, name: str) -> dict[str, str]:
        words = list_spellings(name) if len(name) <= _LONGEST_NAME else ()
        full = sorted((ways for ways in words if max(map(len, ways)) > 1), key=self._count_spellings)
        names: set[str] = set()
        for n, ways in enumerate(full):
            having = {author for way in ways if len(way) > 1 for author in self._list_named("author", way)}
            # Whoever fits has the rarest word, or an initial in its place.
            names |= {author for author in having if not n or _INITIAL.search(author)}
        if len(words) > 1:  # One word fits all who have it.
            names = {author for author in names if fits_name(words, list_spellings(author))}
        fitting = {make_key(author): author for author in sorted(names)}
        return {key: fitting[key] for key in self._dictionary.keep_present("author_key", list(fitting))}

    def _count_spellings(self, ways: Iterable[str]) -> int:
        return sum(map(self._count_word, ways))

    def _count_word(self, word: str) -> int:
        return self._dictionary.count_papers("author_word", word)

    def suggest_author(self, name: str) -> str:
        """Suggest what a name that fits nobody was meant to be, one letter of one word being wrong, or ""."""
        suggestion = self._suggestions.get(name)
        if suggestion is None:
            if len(self._suggestions) >= COUNTED:
                self._suggestions.clear()
            suggestion = self._suggestions[name] = self._look_up_suggestion(name)
        return suggestion

    def _look_up_suggestion(self, name: str) -> str:
        words = split_name(name) if len(name) <= _LONGEST_NAME else []
        options: dict[str, int] = {}
        for place, word in enumerate(words):
            for meant in self._list_similar(word) if len(word) >= LONG_ENOUGH else ():
                corrected = [*words[:place], meant, *words[place + 1 :]]
                if self.find_authors(" ".join(corrected)):
                    options[" ".join(corrected)] = self._count_word(meant)
        best = max(options, key=lambda option: options[option], default="")
        if not best:
            return ""
        written = [word for author in self.find_authors(best).values() for word in re.findall(r"\w+", author)]
        forms = {way: word for word in written for ways in list_spellings(word) for way in ways}
        return " ".join(forms.get(word, word.capitalize()) for word in best.split())

    def _list_similar(self, word: str) -> Iterator[str]:
        """List words of authors that are one edit or some vowels away: the first letters are the same, or the last."""
        half, sound = (len(word) - 1) // 2, reduce_sound(word)
        for start, backwards in ((word[:half], False), (reverse_word(word)[: half + 1], True)):
            for term, _ in self._dictionary.list_terms("author_word", start):
                name = term[:0:-1] if backwards else term
                far = abs(len(name) - len(word))
                alike = far <= 1 and is_one_edit(word, name)
                alike = alike or (not backwards and far <= _VOWELS and name != word and reduce_sound(name) == sound)
                if alike and self._count_word(name):
                    yield name

    def find_values(self, field: str, name: str) -> tuple[str, ...]:
        """Find what a name means among the venues, keywords, tags or collections of the library, as they are written.

        A name in full and an abbreviation mean just that; any other name all that have its words, or words that begin
        like its own in the same order ("J. Mach. Learn. Res.").
        """
        values = self._values.get((field, name))
        if values is None:
            values = tuple(self._dictionary.keep_present(field, self._look_up_values(field, name)))
            if len(self._values) >= COUNTED:
                self._values.clear()
            self._values[field, name] = values
        return values

    def _look_up_values(self, field: str, name: str) -> list[str]:
        in_full = self._list_named(f"{field}=", name_to_key(name))
        words = select_words(name)
        if in_full or not words:
            return sorted(in_full)
        longest = max(words, key=len)
        having = [value for value in self._list_named(field, longest) if set(words) <= set(name_words(value))]
        if having:
            return sorted(having)
        prefix = f"{field}{SEPARATOR}{longest[:_BEGINNING]}"
        near = {term.rpartition(SEPARATOR)[2] for term, _ in self._dictionary.list_terms("named", prefix)}
        first = words[0][0]  # What begins otherwise cannot fit, and most of it does.
        return sorted(value for value in near if value[:1].lower() == first and fits_abbreviation(words, value))

    def _list_named(self, field: str, word: str) -> set[str]:
        """List the values of a field that have a word, those of papers that were removed among them."""
        prefix = f"{field}{SEPARATOR}{word}{SEPARATOR}"
        return {term[len(prefix) :] for term, _ in self._dictionary.list_terms("named", prefix)}
