"""Whether a record is a new state of one that was read before. Pure; the rule is told in docs/merging.md."""

from os.path import abspath

from store.dedup.match import same_abstract, same_first_author
from store.dedup.titles import agree, generic
from store.paper import Paper


def renews(record: Paper, older: Paper) -> bool:
    """Whether a record is the older one, edited: it takes its place then, so what is doubtful is none.

    The same id in the same file is not enough: two files called ``references.bib`` are the same file to those who
    add each from its own folder, and databases number the records of every export from 1.
    """
    if record.id != older.id or not of_same_file(record, older):
        return False
    if agree(record.title, older.title) and not (generic(record.title) and generic(older.title)):
        return True
    # A DOI may be that of a book's other chapter, by the same author; an id that somebody gave stays with its record.
    if record.id in record.identifiers.values():
        return agree(record.title, older.title)
    # Where the older one was but a title in that very line, it was filled in.
    filled = older.source == record.source and not (older.authors or older.abstract)
    return filled or same_abstract(record, older) or same_first_author(record, older) is True


def of_same_file(one: Paper, other: Paper) -> bool:
    """Whether two records stood in one file.

    ``./a.bib`` is ``a.bib``, and so is its whole path, seen from where it was added before.
    """
    return one.source.file == other.source.file or abspath(one.source.file) == abspath(other.source.file)
