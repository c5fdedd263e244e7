"""One record of an author listing: first line, title, authors, abstract, each of the last three perhaps missing."""

from collections.abc import Iterator

from store.paper import Author, Paper, Problem, stable_id
from store.readers.identifiers import find_urls, identify
from store.readers.listing_block import Block, FirstLine
from store.readers.listing_profile import Page
from store.readers.names import at_commas, same_person, without_et_al
from store.readers.sources_dates import iso_date
from store.readers.textfile import NO_ABSTRACT, UNTITLED, TextFile, quoted
from store.text.text_clean import clean_text

_LONGEST_TITLE = 250
_WORDS_OF_A_NAME = 8
_WORDS_OF_A_LONE_NAME = 5


def read_record(block: Block, first: FirstLine, page: Page, file: TextFile) -> Iterator[Paper | Problem]:
    """Yield the paper of a block and what is doubtful about it, or a problem where there is none."""
    if block.too_long:
        yield file.problem(block.line, "the record is longer than 10 million characters and was not read")
        return
    body = [line for _, line in block.lines if not identify(line)]
    title, names, raw = _parts(body, page.author)
    if not clean_text(title) and not clean_text(raw):
        yield file.problem(block.line, f"neither title nor abstract follows {quoted(first.given)}")
        return
    links = [line.strip() for _, line in block.lines if identify(line)]
    paper = _paper(first, page, title, names, raw, links)
    paper = paper.model_copy(update={"source": file.source(block.line, "listing")})
    yield paper
    yield from file.doubts(paper)


def _paper(first: FirstLine, page: Page, title: str, names: str, raw: str, links: list[str]) -> Paper:
    identifiers = {scheme: value for link in links for scheme, value in identify(link).items()}
    authors, truncated, author_doubt = _authors(names, page.author)
    date, inferred, date_doubt = _date(first, page.year)
    clean_title, abstract = clean_text(title), clean_text(raw)
    missing = ("" if clean_title else "no title", "" if abstract else NO_ABSTRACT)
    return Paper(
        id=stable_id(None, identifiers, clean_title or abstract, int(date[:4]) if date else None),
        title=clean_title or UNTITLED,
        authors=authors,
        authors_truncated=truncated,
        date=date,
        year_inferred=inferred,
        categories=(first.category,) if first.category else (),
        identifiers=identifiers,
        urls=tuple(dict.fromkeys((*find_urls("\n".join(links)), *find_urls(raw)))),
        has_code=first.has_code,
        abstract=abstract,
        abstract_raw=raw,
        warnings=tuple(filter(None, (date_doubt, author_doubt, *missing))),
        extra={} if date else {"first_line": first.given},
    )


def _parts(body: list[str], author: str) -> tuple[str, str, str]:
    """Title, authors and abstract by their places; the shape of the lines tells which of them is missing."""
    filled = [at for at, line in enumerate(body) if line.strip()]
    one, two = ([body[at].strip() for at in filled[:2]] + ["", ""])[:2]
    if _is_names(two):
        title, names, taken = one, two, 2
    elif _is_names(one) and (without_et_al(one)[1] or _holds(one, author)):
        title, names, taken = "", one, 1
    elif len(one) > _LONGEST_TITLE:
        title, names, taken = "", "", 0
    else:
        title, names, taken = one, "", 1
    rest = body[filled[taken] :] if taken < len(filled) else []
    return title, names, "\n".join(rest).strip()


def _is_names(line: str) -> bool:
    """Whether a line looks like authors and not like prose: short pieces between commas, mostly with capitals."""
    text, truncated = without_et_al(line)
    pieces = [piece.split() for piece in text.split(",") if piece.strip()]
    longest = max(map(len, pieces), default=0)
    if truncated or not pieces:
        return truncated and longest <= _WORDS_OF_A_NAME
    capital = sum(any(not word[0].islower() for word in piece) for piece in pieces)
    most = _WORDS_OF_A_NAME if len(pieces) > 1 else _WORDS_OF_A_LONE_NAME
    return longest <= most and capital * 2 > len(pieces)


def _holds(names: str, author: str) -> bool:
    return any(same_person(name, author) for name in at_commas(names))


def _authors(line: str, page_author: str) -> tuple[tuple[Author, ...], bool, str]:
    """Authors, whether some are hidden, and a doubt; the page's own author is one of them, wherever he stands."""
    text, truncated = without_et_al(line)
    names = [name for name in map(clean_text, at_commas(text)) if name]
    authors = tuple(Author(name=name, position=at) for at, name in enumerate(names, start=1))
    if not page_author or any(same_person(name, page_author) for name in names):
        return authors, truncated, "" if names else "no authors"
    if names and not truncated:
        return authors, False, f"{page_author}, whose page this is, is not among the authors"
    return (*authors, Author(name=page_author)), True, "" if names else "no authors but the page's own"


def _date(first: FirstLine, page_year: int | None) -> tuple[str | None, bool, str]:
    """ISO date, whether its year is the page's, and a doubt."""
    year = page_year if first.year is None else first.year
    if not first.month:
        return None, False, f"the date in {quoted(first.given)} could not be read"
    if year is None:
        return None, False, f"{quoted(first.given)} names no year, and no other record of the page does"
    date, doubt = iso_date(year, first.month, first.day)
    return date, first.year is None and date is not None, doubt
