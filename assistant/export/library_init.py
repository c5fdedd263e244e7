"""Papers of a library as files that other programs read, and that are read again without loss."""

from assistant.export.library import ENDINGS, FORMATS, Written, exported, pieces, referenced, saved

__all__ = ["ENDINGS", "FORMATS", "Written", "exported", "pieces", "referenced", "saved"]
