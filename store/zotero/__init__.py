"""Zotero, live: its library brought in step with ours, and reports, answers, abstracts and DOIs given back to it.

``access`` names the doors (the program on this machine, zotero.org, a file ``zotero.sqlite``), ``api`` and ``database``
read them, ``mirror`` keeps what they said, ``synchronise`` brings the papers in step, ``write`` gives back.
"""
