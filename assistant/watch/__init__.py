"""A library that is kept up to date: what is watched, what came, and what that changes in saved reports and tables.

``update.stream_update`` runs it: watches are read, what is new is added, saved reports are compared, and a digest of
what is new is written down before it is told.
"""
