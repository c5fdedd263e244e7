"""What is found out about the texts of a paper by whoever reads them, kept beside the paper."""

from typing import Protocol

from store.paper import Paper


class Screening(Protocol):
    """Looks at the texts of papers as they are written, and need not look again as they are read."""

    def screen(self, paper: Paper) -> str:
        """Look at a paper and return what is to be kept beside it; "" for nothing."""

    def recall(self, paper: Paper, screened: str) -> None:
        """Take what was kept beside a paper; what is of other texts or of another version counts for nothing."""
