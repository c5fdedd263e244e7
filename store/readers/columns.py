"""What the columns of tables are called, by program and by habit."""

import re

_ALIASES = {
    "title": """title, document title, article title, original title, primary title, ti, t1, item title, paper
        title, titel, titre, título, titulo""",
    "abstract": """abstract, abstract note, abstracts, abstract text, ab, notes abstract, zusammenfassung, résumé,
        resumen, n2, kurzfassung, résumé de l article""",
    "authors": """authors, author, author s, author names, author full names, first authors, authors list, creators,
        author list, au, af, autoren, auteurs, autores, a1, autor, autor in, autorin, verfasser, verfasser
        in, auteur, auteur s, autores as, autori""",
    "date": """date, publication date, published, date published, pub date, issue date, cover date, da, publication
        date online, datum, erscheinungsdatum, veröffentlichungsdatum, date de publication, fecha, fecha de
        publicación, publication date print""",
    "year": """year, publication year, published year, year published, pub year, py, jahr, année, año, ano, y1,
        pubyear, erscheinungsjahr, publikationsjahr, veröffentlichungsjahr, année de publication, año de
        publicación""",
    "month": "month, monat, mois, mes",
    "day": "day, tag, jour",
    "venue": """venue, source title, journal, journal title, publication title, journal book, secondary title,
        journal name, publication, container title, so, source, jo, jf, t2, zeitschrift, publication venue,
        conference name, booktitle, book title, zeitschriftentitel, publikationstitel, quelle, revue, titre
        de la revue, revista""",
    "keywords": """keywords, author keywords, keyword, manual tags, de, kw, index terms, mesh terms, index keywords,
        automatic tags, keywords plus, ieee terms, subject headings, emtree medical index terms, tags,
        schlagwörter, mesh, schlagworte, schlüsselwörter, stichwörter, mots clés, mots clefs, palabras
        clave, palavras chave""",
    "categories": "categories, category, arxiv categories",
    "doi": "doi, di, digital object identifier, doi link, doi url",
    "pmid": "pmid, pubmed id, pubmedid, pubmed, pm, accession number pubmed",
    "arxiv": "arxiv, arxiv id, arxivid, arxiv number",
    "pmcid": "pmcid, pmc id, pmc",
    "url": """url, link, links, urls, open url link, article url, source url, website, pdf link, ur, full text
        link, fulltext url, source urls, external url, lien, enlace""",
    "citation_key": "citation key, key, bibtex key, citekey",
    "volume": """volume, vl, vol, bd, band, jahrgang""",
    "issue": """issue, number, is, no, ip, issue number, heft, ausgabe, numéro, número""",
    "pages": """pages, page range, page, pagination, seiten, páginas""",
    "first_page": "start page, page start, first page, bp, sp",
    "last_page": "end page, page end, last page, ep",
    "issn": "issn, issns, sn, print issn",
    "eissn": "eissn, ei, online issn",
    "isbn": "isbn, isbns, bn",
    "publisher": """publisher, pu, pb, verlag, éditeur, editorial""",
    "language": """language, la, language of original document, sprache, langue, idioma""",
    "type": """type, document type, item type, publication type, dt, type of reference, reference type, ty, article
        type""",
    "affiliations": "affiliations, author affiliations, addresses, c1, author address",
    "note": "notes, note, n1",
}
_NAMES = {alias.strip(): name for name, aliases in _ALIASES.items() for alias in " ".join(aliases.split()).split(",")}
# "Source" is a journal in Embase, but the database in Scopus, beside a better column.
_WEAK = """source, publication, number, key, page, no, is, date, first authors, original title, category, quelle,
    publication date print"""
_WEAK_NAMES = set(" ".join(_WEAK.split()).split(", "))


def known_columns(header: list[str]) -> dict[int, str]:
    """Our field for each column that is known, by its place (from 0); several columns may have one field."""
    return {at: name for at, column in enumerate(header) if (name := _NAMES.get(_plain(column)))}


def is_weak(column: str) -> bool:
    """Whether another column of the same field is to be preferred."""
    return _plain(column) in _WEAK_NAMES


def is_wos(header: list[str]) -> bool:
    """Whether the columns are Web of Science's tags."""
    return {"PT", "AU", "TI", "SO"} <= {column.strip().lstrip("\ufeff") for column in header}


def _plain(column: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", column.strip().lstrip("\ufeff").lower()))
