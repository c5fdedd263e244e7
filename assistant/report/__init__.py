"""Reports: from a library to text that can be handed to a colleague, with every paper accounted for.

The way of the data: ``scope`` (which papers) → ``kinds`` (an ``outline`` of sections, each with its papers, grouped by
``clustering`` into ``themes``) → ``extractive`` or ``generative`` (claims, quoted or by the model of ``writer``) →
``scope`` (the ledger) → ``manifest`` (what made it) → ``render`` and ``figures``. ``pipeline`` runs it.
"""
