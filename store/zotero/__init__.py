"""Zotero, live: its library brought in step with ours, and reports, answers, abstracts and DOIs given back to it.

``access`` names the doors (the program on this machine, zotero.org, a file ``zotero.sqlite``), ``api`` and ``database``
read them, ``reading`` takes what they say into the ``mirror``, ``synchronise`` brings the papers in step, ``write``
gives back.
"""
