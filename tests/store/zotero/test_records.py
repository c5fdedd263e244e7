"""What becomes of an item beside its fields: retractions, notes, attachments, names of collections."""

from typing import Any

import pytest

from store.zotero.mirror import Collections
from store.zotero.records import find_retraction_mark, strip_markup
from tests.store.zotero.conftest import Synced, item


@pytest.mark.parametrize(
    ("data", "retraction"),
    [
        ({"tags": [{"tag": "⛔ Retracted"}]}, "retracted"),
        ({"tags": [{"tag": "withdrawn paper"}]}, "withdrawn"),
        ({"tags": [{"tag": "retracted papers in medicine"}]}, ""),
        ({"tags": [{"tag": "not retracted"}]}, ""),
        ({"tags": ["Retracted"]}, "retracted"),
        ({"extra": "Retracted: 2021-03-04"}, "retracted 2021-03-04"),
        ({"extra": "Key: 1\nRetraction: 10.1000/notice."}, "retracted (10.1000/notice)"),
        ({"extra": "retraction date: 2021-03"}, "retracted 2021-03"),
        ({"extra": "Status: Withdrawn"}, "withdrawn"),
        ({"extra": "Retracted: no"}, ""),
        ({"extra": "Retracted:"}, ""),
        ({"extra": "Retraction: see the letter"}, ""),
        ({"extra": "The paper that it answers was retracted in 2019"}, ""),
        ({"extra": "Retracted: 2021-03-04", "tags": [{"tag": "retracted"}]}, "retracted 2021-03-04"),
        ({"extra": None, "tags": None}, ""),
    ],
)
def test_tags_and_extra_say_what_was_taken_back(data: dict[str, Any], retraction: str) -> None:
    assert find_retraction_mark(data) == retraction


def test_the_text_of_a_note() -> None:
    note = '<div data-schema="9"><h1>Title</h1><p>One &amp; two<br/>three</p><ul><li>a</li><li>b</li></ul></div>'
    assert strip_markup(note) == "Title\nOne & two\nthree\na\nb"


def test_notes_and_attachments_change_the_paper_that_they_belong_to(synced: Synced) -> None:
    zotero = synced.zotero.library
    key = zotero.add_item(**item(1))
    synced.run()
    note = zotero.add_item(itemType="note", parentItem=key, note="<p>First</p>")
    page = zotero.add_item(
        itemType="attachment", parentItem=key, title="Page", linkMode="linked_url", url="https://x.org/p"
    )
    zotero.add_item(
        itemType="attachment", parentItem=key, linkMode="imported_file", filename="a.pdf", contentType="application/pdf"
    )
    synced.embedder.texts.clear()
    assert synced.run().updated == 1
    paper = synced.paper(key)
    assert paper.extra["zotero notes"] == ["First"]
    assert paper.extra["zotero attachments"][0] == "Page: https://x.org/p"
    assert paper.extra["zotero attachments"][1].startswith("a.pdf: zotero://open-pdf/library/items/")
    assert paper.urls == ("https://x.org/p",)
    assert synced.embedder.texts == []
    zotero.edit_item(note, note="<p>Second</p>")
    zotero.delete_items(page)
    synced.run()
    assert synced.paper(key).extra["zotero notes"] == ["Second"]
    assert synced.paper(key).urls == ()


def test_a_note_without_end_is_cut(synced: Synced) -> None:
    key = synced.zotero.library.add_item(**item(1))
    synced.zotero.library.add_items(
        {"itemType": "note", "parentItem": key, "note": "word " * 100_000} for _ in range(25)
    )
    assert synced.run().problems == ()
    notes = synced.paper(key).extra["zotero notes"]
    assert (len(notes), len(notes[0])) == (20, 5000)


def test_collections_that_are_in_each_other_end() -> None:
    collections = Collections([("A", "Outer", "B"), ("B", "Inner", "A"), ("C", "Alone", "Z")])
    assert collections.list_names(["A", "C", "gone"]) == ["Outer", "Alone", "Inner"]
    assert (collections.find("  inner"), collections.find("C"), collections.name("gone")) == (["B"], ["C"], "gone")
