"""Reports: from a library to text that one hands to a colleague, with every paper accounted for.

The way of the data: ``scope`` (which papers) → ``kinds`` (an outline of parts, each with its papers) → ``work``
(claims, quoted or by a model, which names the themes, too) → ``ledger`` (where each paper went) → ``Report`` →
``render``.
"""
