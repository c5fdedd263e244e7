"""Wordings of conditions, with the filters that they mean: those the grammar was written with, and others set aside.

``ASIDE`` was written before the grammar and not looked at while it was written: what is not understood of it has to be
among what the query says that it did not use.
"""

from store.filters import Filters

A, B = "Zhang", "Müller"


def author(name: str) -> Filters:
    return Filters(author=(name,))


def years(first: int | None, last: int | None) -> Filters:
    return Filters(year_from=first, year_to=last)


Wording = tuple[str, Filters]


def without(*filters: Filters) -> Filters:
    return Filters(without=filters)


# Positive conditions that stand behind "papers", and negative ones.
FIRST: list[Wording] = [
    ("by Zhang", author(A)),
    ("written by Zhang", author(A)),
    ("not by Zhang", without(author(A))),
    ("that are not by Zhang", without(author(A))),
    ("except those by Zhang", without(author(A))),
    ("by Zhang but not by Müller", Filters(author=(A,), without=(author(B),))),
    ("by Zhang or Müller", Filters(either=(author(A), author(B)))),
    ("by Zhang and Müller", Filters(author=(A, B))),
    ("by neither Zhang nor Müller", without(author(A), author(B))),
    ("in 2019", years(2019, 2019)),
    ("not from 2019", without(years(2019, 2019))),
    ("except those of 2019", without(years(2019, 2019))),
    ("since 2019", years(2019, None)),
    ("after 2019", years(2020, None)),
    ("before 2019", years(None, 2018)),
    ("not before 2019", years(2019, None)),
    ("not after 2019", years(None, 2019)),
    ("no later than 2019", years(None, 2019)),
    ("no earlier than 2019", years(2019, None)),
    ("up to 2019", years(None, 2019)),
    ("between 2018 and 2020", years(2018, 2020)),
    ("of the 2010s", years(2010, 2019)),
    ("not from the 2010s", without(years(2010, 2019))),
    ("from the last five years", years(2022, None)),
    ("from March 2019", Filters(date_from="2019-03", date_to="2019-03")),
    ("since May 2019", Filters(date_from="2019-05")),
    ("from 2016, 2018 and 2020", Filters(years=(2016, 2018, 2020))),
    ("in Nature", Filters(venue=("Nature",))),
    ("not in Nature", without(Filters(venue=("Nature",)))),
    ("in Nature or PeerJ", Filters(venue=("Nature", "PeerJ"))),
    ("published in PeerJ", Filters(venue=("PeerJ",))),
    ("other than in PeerJ", without(Filters(venue=("PeerJ",)))),
    ("with code", Filters(has_code=True)),
    ("without code", Filters(has_code=False)),
    ("that do not come with code", Filters(has_code=False)),
    ("with an abstract", Filters(has_abstract=True)),
    ("without an abstract", Filters(has_abstract=False)),
    ("cited more than 100 times", Filters(min_citations=101)),
    ("cited at least 10 times", Filters(min_citations=10)),
    ("not cited more than 10 times", Filters(max_citations=10)),
    ("that were retracted", Filters(retracted=True)),
    ("that were not retracted", Filters(retracted=False)),
    ("tagged to read", Filters(tag=("to read",))),
    ("not tagged to read", without(Filters(tag=("to read",)))),
    ("with the keyword soup", Filters(keyword=("soup",))),
    ("without the keyword soup", without(Filters(keyword=("soup",)))),
    ("in the collection Kitchen", Filters(collection=("Kitchen",))),
    ("not in the collection Kitchen", without(Filters(collection=("Kitchen",)))),
    ("written in German", Filters(language=("de",))),
    ("not in German", without(Filters(language=("de",)))),
    ("with Zhang as first author", Filters(first_author=(A,))),
    ("with a single author", Filters(single_author=True)),
    ("that are not preprints", without(Filters(kind=("preprint",)))),
    ("excluding preprints", without(Filters(kind=("preprint",)))),
]

ASIDE: list[Wording] = [
    ("authored by Zhang", author(A)),
    ("that Zhang wrote", author(A)),
    ("that Zhang did not write", without(author(A))),
    ("with nothing by Zhang", without(author(A))),
    ("minus those of Zhang", without(author(A))),
    ("that aren't by Zhang", without(author(A))),
    ("leaving out Zhang", without(author(A))),
    ("with Zhang excluded", without(author(A))),
    ("by anyone but Zhang", without(author(A))),
    ("by people other than Zhang", without(author(A))),
    ("none of them by Zhang", without(author(A))),
    ("never by Zhang", without(author(A))),
    ("by Zhang unless with Müller", Filters(author=(A,), without=(author(B),))),
    ("by Zhang alone or Müller", Filters(either=(author(A), author(B)))),
    ("by Zhang, not Müller", Filters(author=(A,), without=(author(B),))),
    ("by Zhang without Müller", Filters(author=(A,), without=(author(B),))),
    ("by Zhang as well as Müller", Filters(author=(A, B))),
    ("by Zhang together with Müller", Filters(author=(A, B))),
    ("from either Zhang or Müller", Filters(either=(author(A), author(B)))),
    ("not by Zhang and not by Müller", without(author(A), author(B))),
    ("out in 2019", years(2019, 2019)),
    ("dated 2019", years(2019, 2019)),
    ("of the year 2019", years(2019, 2019)),
    ("outside of 2019", without(years(2019, 2019))),
    ("bar those of 2019", without(years(2019, 2019))),
    ("of any year but 2019", without(years(2019, 2019))),
    ("with 2019 left out", without(years(2019, 2019))),
    ("in years other than 2019", without(years(2019, 2019))),
    ("not dated 2019", without(years(2019, 2019))),
    ("no older than 2019", years(2019, None)),
    ("not newer than 2019", years(None, 2019)),
    ("that came out after 2019", years(2020, None)),
    ("in or after 2019", years(2019, None)),
    ("2019 at the earliest", years(2019, None)),
    ("2019 at the latest", years(None, 2019)),
    ("by the end of 2019", years(None, 2019)),
    ("from before 2019", years(None, 2018)),
    ("more recent than 2019", years(2020, None)),
    ("younger than 2019", years(2020, None)),
    ("not from before 2019", years(2019, None)),
    ("never before 2019", years(2019, None)),
    ("2019 and onwards", years(2019, None)),
    ("published over the past five years", years(2022, None)),
    ("in spring 2019", Filters(date_from="2019-03", date_to="2019-05")),
    ("from the nineties", years(1990, 1999)),
    ("either side of 2019", without(years(2019, 2019))),
    ("appearing in Nature", Filters(venue=("Nature",))),
    ("from the journal Nature", Filters(venue=("Nature",))),
    ("that Nature published", Filters(venue=("Nature",))),
    ("that did not appear in Nature", without(Filters(venue=("Nature",)))),
    ("anywhere but in Nature", without(Filters(venue=("Nature",)))),
    ("not out of Nature", without(Filters(venue=("Nature",)))),
    ("in neither Nature nor PeerJ", without(Filters(venue=("Nature",)), Filters(venue=("PeerJ",)))),
    ("that share their code", Filters(has_code=True)),
    ("for which there is no code", Filters(has_code=False)),
    ("whose code is missing", Filters(has_code=False)),
    ("that lack an abstract", Filters(has_abstract=False)),
    ("with over 100 citations", Filters(min_citations=101)),
    ("cited fewer than 10 times", Filters(max_citations=9)),
    ("with 10 or more citations", Filters(min_citations=10)),
    ("that nobody ever retracted", Filters(retracted=False)),
    ("carrying the tag to read", Filters(tag=("to read",))),
    ("without the tag to read", without(Filters(tag=("to read",)))),
    ("outside the collection Kitchen", without(Filters(collection=("Kitchen",)))),
    ("in a language other than German", without(Filters(language=("de",)))),
    ("whose first author is Zhang", Filters(first_author=(A,))),
    ("whose first author is not Zhang", without(Filters(first_author=(A,)))),
    ("with several authors", Filters(single_author=False)),
    ("but no preprints", without(Filters(kind=("preprint",)))),
    ("preprints aside", without(Filters(kind=("preprint",)))),
]
