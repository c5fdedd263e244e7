"""Papers from where they are listed: arXiv, OpenAlex, Crossref, Semantic Scholar, PubMed.

A module a provider says what to ask and how its answers go on; the readers of ``store.readers`` take the papers out.
"""
