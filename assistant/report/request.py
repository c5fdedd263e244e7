"""What a report is asked to be."""

from assistant.report.schema import Kind
from store.filters import Filters
from store.paper import Frozen


class Request(Frozen):
    """A report to make.

    Attributes:
        kind: What it tells.
        topic: What it is about, in words; a question for ``question``; "" for all papers that the filters let through.
        filters: Papers that it may draw on.
        seed: Of everything that draws lots.
        strict: Leave out what is not worded as in its source.
    """

    kind: Kind = Kind.THEMES
    topic: str = ""
    filters: Filters = Filters(retracted=False)
    seed: int = 0
    strict: bool = False

    def titled(self, what: str) -> str:
        """A title: what it tells, and of what."""
        return f"{what}: {self.topic}" if self.topic else what
