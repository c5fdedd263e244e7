"""One small file of each format, of our own making: two papers, the second without an abstract."""

import json

TITLE = "Learning to soup models"
ABSTRACT = "We average weights. Accuracy improves by 2%."
DOI = "10.1234/soup.5"
SECOND = "On tungsten"

_SNAPSHOT = [
    {
        "id": "2203.05482",
        "submitter": "Ann Poe",
        "authors": "Ann Poe and John Roe",
        "title": TITLE,
        "doi": DOI,
        "journal-ref": "Journal of Soups 5 (2018)",
        "categories": "cs.LG stat.ML",
        "abstract": f"  {ABSTRACT}\n",
        "versions": [{"version": "v1", "created": "Thu, 31 May 2018 19:18:42 GMT"}],
        "update_date": "2019-01-01",
        "authors_parsed": [["Poe", "Ann", ""], ["Roe", "John", ""]],
    },
    {"id": "0704.0002", "submitter": "A", "title": SECOND, "report-no": None, "authors_parsed": [], "versions": []},
]
_OPENALEX = {
    "meta": {"count": 2},
    "results": [
        {
            "id": "https://openalex.org/W1",
            "doi": f"https://doi.org/{DOI.upper()}",
            "title": TITLE,
            "publication_date": "2018-05-31",
            "publication_year": 2018,
            "authorships": [{"author": {"display_name": "Ann Poe"}}, {"raw_author_name": "John Roe", "author": None}],
            "primary_location": {"source": {"display_name": "Journal of Soups"}, "landing_page_url": "https://x.org/1"},
            "abstract_inverted_index": {
                word: [at for at, other in enumerate(ABSTRACT.split()) if other == word] for word in ABSTRACT.split()
            },
            "is_retracted": True,
        },
        {"id": "https://openalex.org/W2", "display_name": SECOND, "abstract_inverted_index": None},
    ],
}
_CROSSREF = {
    "status": "ok",
    "message-type": "work-list",
    "message": {
        "items": [
            {
                "DOI": DOI.upper(),
                "title": [TITLE],
                "abstract": f"<jats:title>Abstract</jats:title><jats:p>{ABSTRACT}</jats:p>",
                "author": [{"given": "Ann", "family": "Poe"}, {"given": "John", "family": "Roe"}],
                "issued": {"date-parts": [[2018, 5, 31]]},
                "container-title": ["Journal of Soups"],
                "update-to": [{"type": "retraction"}],
            },
            {"DOI": "10.1234/2", "title": [SECOND], "issued": {"date-parts": [[None]]}},
        ]
    },
}
_S2 = {
    "total": 2,
    "data": [
        {
            "paperId": "aa",
            "externalIds": {"DOI": DOI, "ArXiv": "2203.05482", "PubMed": "123", "CorpusId": 7},
            "title": TITLE,
            "abstract": ABSTRACT,
            "authors": [{"authorId": "1", "name": "Ann Poe"}, {"name": "John Roe"}],
            "publicationDate": "2018-05-31",
            "year": 2018,
            "venue": "Journal of Soups",
        },
        {"paperId": "bb", "title": SECOND, "abstract": None},
    ],
}
_LENS = {
    "total": 2,
    "data": [
        {
            "lens_id": "000-111-222-333-444",
            "title": TITLE,
            "abstract": ABSTRACT,
            "authors": [{"first_name": "Ann", "last_name": "Poe"}, {"first_name": "John", "last_name": "Roe"}],
            "date_published": "2018-05-31T00:00:00.000Z",
            "year_published": 2018,
            "source": {"title": "Journal of Soups"},
            "external_ids": [{"type": "doi", "value": DOI}, {"type": "pmid", "value": "123"}],
        },
        {"lens_id": "000-111-222-333-555", "title": SECOND},
    ],
}
_CSL = [
    {
        "id": "poe2018",
        "type": "article-journal",
        "title": TITLE,
        "abstract": ABSTRACT,
        "author": [{"family": "Poe", "given": "Ann"}, {"family": "Roe", "given": "John"}],
        "issued": {"date-parts": [["2018", 5, "31"]]},
        "container-title": "Journal of Soups",
        "DOI": DOI,
    },
    {"id": "b", "type": "book", "title": SECOND, "publisher-place": "Oslo"},
]

SAMPLES = {
    "bibtex": f"""% Exported
@string{{jos = "Journal of Soups"}}
@article{{poe2018,
  Title = {{Learning to {{S}}oup models}},
  ABSTRACT = {{We average weights. Accuracy improves by 2\\%.}},
  author = {{Poe, Ann and John Roe}},
  journal = jos, year = 2018, month = may, day = 31,
  doi = {{https://doi.org/{DOI}}},
}}
@book{{b, title = "{SECOND}"}}
""".replace("{S}oup", "{s}oup"),
    "ris": f"""TY  - JOUR
TI  - {TITLE}
AB  - We average weights.
Accuracy improves by 2%.
AU  - Poe, Ann
AU  - Roe, John
PY  - 2018
DA  - 2018/05/31/
JO  - Journal of Soups
DO  - {DOI}
ER  -

TY  - BOOK
T1  - {SECOND}
ER  -
""",
    "wos": f"""FN Clarivate Analytics Web of Science
VR 1.0
PT J
AU Poe, A
   Roe, J
AF Poe, Ann
   Roe, John
TI Learning to
   soup models
SO Journal of Soups
AB We average weights.
   Accuracy improves by 2%.
PD MAY 31
PY 2018
DI {DOI}
UT WOS:000123
ER

PT B
TI {SECOND}
ER

EF
""",
    "nbib": f"""
PMID- 123
TI  - Learning to soup
      models
AB  - We average weights. Accuracy
      improves by 2%.
FAU - Poe, Ann
AU  - Poe A
FAU - Roe, John
AU  - Roe J
DP  - 2018 May 31
JT  - Journal of Soups
AID - {DOI} [doi]

PMID- 124
TI  - {SECOND}
""",
    "refer": f"""%0 Journal Article
%T {TITLE}
%A Poe, Ann
%A Roe, John
%J Journal of Soups
%D 2018
%8 May 31
%X We average weights.

Accuracy improves by 2%.
%R {DOI}

%0 Book
%T {SECOND}
""",
    "csv": f"""Authors,Title,Publication Year,Date,Source title,Abstract,DOI,Rating
"Poe, Ann; Roe, John",{TITLE},2018,2018-05-31,Journal of Soups,"We average weights.
Accuracy improves by 2%.",{DOI},5
,{SECOND},,,,,,
""",
    "pubmed-xml": f"""<?xml version="1.0"?>
<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle//EN" "https://dtd.nlm.nih.gov/pubmed.dtd">
<PubmedArticleSet>
<PubmedArticle><MedlineCitation><PMID Version="1">123</PMID><Article>
<Journal><JournalIssue><PubDate><Year>2018</Year><Month>May</Month><Day>31</Day></PubDate></JournalIssue>
<Title>Journal of Soups</Title></Journal>
<ArticleTitle>Learning to <i>soup</i> models</ArticleTitle>
<Abstract><AbstractText>We average weights.</AbstractText>
<AbstractText>Accuracy improves by 2%.</AbstractText></Abstract>
<AuthorList CompleteYN="Y"><Author><LastName>Poe</LastName><ForeName>Ann</ForeName></Author>
<Author><LastName>Roe</LastName><ForeName>John</ForeName></Author></AuthorList>
<ELocationID EIdType="doi">{DOI}</ELocationID></Article></MedlineCitation></PubmedArticle>
<PubmedArticle><MedlineCitation><PMID>124</PMID><Article><ArticleTitle>{SECOND}</ArticleTitle></Article>
</MedlineCitation></PubmedArticle>
</PubmedArticleSet>
""",
    "endnote-xml": f"""<?xml version="1.0" encoding="UTF-8" ?><xml><records>
<record><rec-number>1</rec-number><ref-type name="Journal Article">17</ref-type>
<contributors><authors><author><style face="normal">Poe, Ann</style></author><author>Roe, John</author></authors>
</contributors><titles><title><style>Learning to </style><style face="italic">soup</style><style> models</style></title>
<secondary-title>Journal of Soups</secondary-title></titles>
<dates><year>2018</year><pub-dates><date>May 31</date></pub-dates></dates>
<abstract><style>{ABSTRACT}</style></abstract><electronic-resource-num>{DOI}</electronic-resource-num></record>
<record><titles><title>{SECOND}</title></titles></record></records></xml>
""",
    "arxiv-atom": f"""<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns="http://www.w3.org/2005/Atom"><title>arXiv Query</title>
<entry><id>http://arxiv.org/abs/2203.05482v2</id><title>Learning to
  soup models</title><published>2018-05-31T08:18:33Z</published><summary>{ABSTRACT}</summary>
<author><name>Ann Poe</name></author><author><name>John Roe</name></author>
<arxiv:journal_ref>Journal of Soups</arxiv:journal_ref><arxiv:doi>{DOI}</arxiv:doi>
<arxiv:primary_category term="cs.LG"/><category term="stat.ML"/><category term="cs.LG"/></entry>
<entry><id>http://arxiv.org/abs/math/0601001v1</id><title>{SECOND}</title></entry></feed>
""",
    "arxiv-oai": f"""<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords>
<record><header><identifier>oai:arXiv.org:2203.05482</identifier></header><metadata>
<arXiv xmlns="http://arxiv.org/OAI/arXiv/"><id>2203.05482</id><created>2018-05-31</created><authors>
<author><keyname>Poe</keyname><forenames>Ann</forenames></author>
<author><keyname>Roe</keyname><forenames>John</forenames></author></authors><title>{TITLE}</title>
<categories>cs.LG stat.ML</categories><journal-ref>Journal of Soups</journal-ref><doi>{DOI}</doi>
<abstract>{ABSTRACT}</abstract></arXiv></metadata></record>
<record><header><identifier>oai:arXiv.org:math/0601001</identifier></header><metadata>
<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title>{SECOND}</dc:title></oai_dc:dc></metadata></record></ListRecords></OAI-PMH>
""",
    "crossref-xml": f"""<?xml version="1.0" encoding="UTF-8"?><doi_records>
<doi_record><crossref><journal><journal_metadata><full_title>Journal of Soups</full_title></journal_metadata>
<journal_article><titles><title>{TITLE}</title></titles><contributors>
<person_name contributor_role="author"><given_name>Ann</given_name><surname>Poe</surname></person_name>
<person_name contributor_role="author"><given_name>John</given_name><surname>Roe</surname></person_name>
<person_name contributor_role="editor"><surname>Moe</surname></person_name></contributors>
<jats:abstract xmlns:jats="http://www.ncbi.nlm.nih.gov/JATS1"><jats:p>{ABSTRACT}</jats:p></jats:abstract>
<publication_date><month>05</month><day>31</day><year>2018</year></publication_date>
<doi_data><doi>{DOI}</doi></doi_data></journal_article></journal></crossref></doi_record>
<doi_record><crossref><posted_content><titles><title>{SECOND}</title></titles></posted_content></crossref></doi_record>
</doi_records>
""",
    "arxiv-snapshot": "".join(json.dumps(one) + "\n" for one in _SNAPSHOT),
    "openalex": json.dumps(_OPENALEX),
    "crossref": json.dumps(_CROSSREF),
    "semantic-scholar": json.dumps(_S2),
    "lens": json.dumps(_LENS),
    "csl-json": json.dumps(_CSL, indent=2),
}

_SERVICES = {
    "zotero-json": [
        {
            "key": "ABCD2345",
            "version": 5,
            "data": {
                "key": "ABCD2345",
                "itemType": "journalArticle",
                "title": TITLE,
                "creators": [
                    {"creatorType": "author", "firstName": "Ann", "lastName": "Poe"},
                    {"creatorType": "author", "firstName": "John", "lastName": "Roe"},
                    {"creatorType": "editor", "name": "The Soup Board"},
                ],
                "abstractNote": ABSTRACT,
                "publicationTitle": "Journal of Soups",
                "date": "2018-05-31",
                "DOI": DOI,
                "tags": [{"tag": "soup"}],
                "collections": ["C1"],
            },
        },
        {"key": "EFGH2345", "data": {"itemType": "book", "title": SECOND, "creators": []}},
        {"key": "IJKL2345", "data": {"itemType": "attachment", "title": "Full text", "parentItem": "ABCD2345"}},
    ],
    "mendeley-json": [
        {
            "id": "1",
            "title": TITLE,
            "type": "journal",
            "authors": [{"first_name": "Ann", "last_name": "Poe"}, {"first_name": "John", "last_name": "Roe"}],
            "year": 2018,
            "month": 5,
            "day": 31,
            "source": "Journal of Soups",
            "identifiers": {"doi": DOI},
            "abstract": ABSTRACT,
        },
        {"id": "2", "title": SECOND, "type": "book"},
    ],
    "paperpile-json": [
        {
            "pubtype": "ARTICLE",
            "title": TITLE,
            "author": [{"first": "Ann", "last": "Poe"}, {"first": "John", "last": "Roe"}],
            "abstract": ABSTRACT,
            "journalfull": "Journal of Soups",
            "published": {"year": "2018", "month": "05", "day": "31"},
            "doi": DOI,
            "citekey": "Poe2018",
            "labelsNamed": ["soup"],
        },
        {"pubtype": "BOOK", "title": SECOND, "citekey": "b"},
    ],
    "datacite": {
        "data": [
            {
                "id": DOI,
                "type": "dois",
                "attributes": {
                    "doi": DOI,
                    "titles": [{"title": TITLE}],
                    "creators": [
                        {"name": "Poe, Ann", "givenName": "Ann", "familyName": "Poe"},
                        {"name": "Roe, John", "nameType": "Personal"},
                    ],
                    "descriptions": [{"description": ABSTRACT, "descriptionType": "Abstract"}],
                    "dates": [{"date": "2018-05-31", "dateType": "Issued"}],
                    "container": {"title": "Journal of Soups"},
                    "types": {"citeproc": "article-journal", "resourceTypeGeneral": "Text"},
                },
            },
            {"id": "10.1234/2", "type": "dois", "attributes": {"doi": "10.1234/2", "titles": [{"title": SECOND}]}},
        ]
    },
    "europe-pmc": {
        "hitCount": 2,
        "resultList": {
            "result": [
                {
                    "title": TITLE,
                    "authorString": "Poe A, Roe J.",
                    "authorList": {
                        "author": [
                            {"fullName": "Poe A", "firstName": "Ann", "lastName": "Poe"},
                            {"fullName": "Roe J", "firstName": "John", "lastName": "Roe"},
                        ]
                    },
                    "journalInfo": {
                        "printPublicationDate": "2018-05-31",
                        "journal": {"title": "Journal of Soups", "issn": "1234-5678"},
                    },
                    "abstractText": ABSTRACT,
                    "doi": DOI,
                    "citedByCount": 3,
                },
                {"title": SECOND, "pmid": "123"},
            ]
        },
    },
    "ads": {
        "response": {
            "docs": [
                {
                    "bibcode": "2018JS.....5....1P",
                    "title": [TITLE],
                    "author": ["Poe, Ann", "Roe, John"],
                    "abstract": ABSTRACT,
                    "pubdate": "2018-05-31",
                    "pub": "Journal of Soups",
                    "doi": [DOI],
                },
                {"bibcode": "2019JS.....6....1P", "title": [SECOND]},
            ]
        }
    },
    "inspire": {
        "hits": {
            "hits": [
                {
                    "id": "1",
                    "metadata": {
                        "titles": [{"title": TITLE}],
                        "authors": [{"full_name": "Poe, Ann"}, {"full_name": "Roe, John"}],
                        "abstracts": [{"value": ABSTRACT}],
                        "dois": [{"value": DOI}],
                        "imprints": [{"date": "2018-05-31"}],
                        "publication_info": [{"journal_title": "Journal of Soups", "year": 2018}],
                    },
                },
                {"id": "2", "metadata": {"titles": [{"title": SECOND}], "control_number": 2}},
            ]
        }
    },
}
SAMPLES |= {format: json.dumps(answer) for format, answer in _SERVICES.items()}
SAMPLES["ovid"] = f"""VN  - Ovid Technologies
DB  - BIOSIS Previews

<1. >
AU  - Poe, Ann [Author, Reprint Author]
AU  - Roe, John [Author; E-mail: roe@example.org]
TI  - {TITLE}.
SO  - Journal of Soups. 35(2):212-3, 2018 May 31.
YR  - 2018 May 31
AB  - {ABSTRACT}
DO  - {DOI}

<2. >
TI  - {SECOND}.
"""

PARTIAL = {
    format: json.dumps(answer)
    for format, answer in {
        "pubmed-summary": {
            "header": {"type": "esummary"},
            "result": {
                "uids": ["12"],
                "12": {
                    "uid": "12",
                    "title": TITLE,
                    "pubdate": "2018 May 31",
                    "fulljournalname": "Journal of Soups",
                    "authors": [{"name": "Poe A", "authtype": "Author"}],
                    "articleids": [{"idtype": "doi", "value": DOI}],
                },
            },
        },
        "orcid": {
            "group": [
                {
                    "work-summary": [
                        {
                            "put-code": 1,
                            "title": {"title": {"value": TITLE}},
                            "external-ids": {"external-id": [{"external-id-type": "doi", "external-id-value": DOI}]},
                            "publication-date": {"year": {"value": "2018"}, "month": {"value": "05"}, "day": None},
                            "journal-title": {"value": "Journal of Soups"},
                        },
                        {"put-code": 2, "title": {"title": {"value": "The same by another source"}}},
                    ]
                }
            ]
        },
        "openreview": {
            "notes": [
                {
                    "id": "abc",
                    "cdate": 1527724800000,
                    "content": {
                        "title": {"value": TITLE},
                        "authors": {"value": ["Ann Poe", "John Roe"]},
                        "abstract": {"value": ABSTRACT},
                        "venue": {"value": "Journal of Soups"},
                    },
                }
            ]
        },
        "dblp-json": {
            "result": {
                "hits": {
                    "@total": "1",
                    "hit": [
                        {
                            "@score": "5",
                            "info": {
                                "authors": {"author": [{"@pid": "1", "text": "Ann Poe 0001"}, {"text": "John Roe"}]},
                                "title": TITLE,
                                "venue": "Journal of Soups",
                                "year": "2018",
                                "doi": DOI,
                            },
                        }
                    ],
                }
            }
        },
        "hugging-face": [
            {
                "paper": {
                    "id": "2203.05482",
                    "title": TITLE,
                    "summary": ABSTRACT,
                    "authors": [{"name": "Ann Poe"}, {"name": "John Roe"}],
                    "publishedAt": "2018-05-31T00:00:00.000Z",
                    "upvotes": 3,
                }
            }
        ],
    }.items()
}
"""Formats that never have all of that: no abstract, no authors, or no DOI."""
