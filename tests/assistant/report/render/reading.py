"""A reader of the HTML that reports are, which takes nothing for granted."""

from html.parser import HTMLParser

VOID = {"meta"}


class Page(HTMLParser):
    """What stands in a page.

    Attributes:
        tags: Each element in order, with its attributes.
        texts: The text of the page in pieces, but for that of its style.
        marked: The text in ``mark`` by the id of the popover around it.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self.marked: dict[str, str] = {}
        self._open: list[str] = []
        self._popover = ""
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs)
        given = {name: value or "" for name, value in attrs}
        self.tags.append((tag, given))
        if "popover" in given:
            self._popover = given["id"]
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" in self._open:
            return
        self.texts.append(data)
        if self._open[-1:] == ["mark"]:
            self.marked[self._popover] = data

    def all(self, tag: str) -> list[dict[str, str]]:
        """The attributes of each element of a name."""
        return [given for name, given in self.tags if name == tag]

    @property
    def text(self) -> str:
        """All text with single spaces."""
        return " ".join("".join(self.texts).split())
