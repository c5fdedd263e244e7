"""Papers and conversations for use elsewhere: BibTeX, APA, Markdown, JSON.

``conversation`` writes a conversation, ``library_export`` the citation of one paper, a list of references, and all
papers as one file.
"""
