import base64
import hashlib
import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.report.figures import Counts, draw_timeline
from assistant.report.render.html import write_html
from store.text.clean import clean_characters
from tests.assistant.report.render import made_up
from tests.assistant.report.render.reading import Page

COUNTS: Counts = {"rare": {"2018": 1}}
LAYOUT = [name for name, _ in Page(write_html(made_up.printed(made_up.HOSTILE[4]))).tags]
_ANY = st.text(st.sampled_from("ab1 <>&\"'/=:;!-[](){}$\\#@`\u202e\x1b\x00é字"), min_size=1, max_size=40)


def test_each_number_opens_its_abstract_with_the_sentence_marked() -> None:
    page = Page(write_html(made_up.printed()))
    buttons = [one for one in page.all("button") if one["class"] == "cite"]
    opened = {one["id"]: one for one in page.all("div") if "popover" in one}
    assert {one["popovertarget"] for one in buttons} == set(opened) == set(page.marked) == {"cited-0"}
    assert page.marked["cited-0"] == made_up.QUOTE
    assert made_up.ABSTRACT in page.text
    assert buttons[0]["aria-label"] == "[1] On Rare Events"
    assert len(buttons) == 4


def test_doubts_and_what_made_it_are_said() -> None:
    page = Page(write_html(made_up.printed(mode="some-model")))
    assert "They cost 30 percent. [1] (? in doubt: 30 is not in the source)" in page.text
    assert "“We estimate them by sampling.” [1] ≈" in page.text
    assert "≈ worded as in its source: its words stand in its source" in page.text
    assert "Poe, A. (2018). On Rare Events. https://example.org/p poe2018rare" in page.text
    assert "4 sentences: 3 worded alike (≈), 1 in doubt (?)." in page.text


def test_a_changed_abstract_marks_nothing() -> None:
    changed = made_up.rare().model_copy(update={"abstract": "It was written anew."})
    page = Page(write_html(made_up.printed()._replace(papers={"p": changed})))
    assert page.marked == {}
    assert "It was written anew." in page.text


def test_it_is_one_file_that_loads_and_runs_nothing() -> None:
    drawn = draw_timeline(COUNTS)
    assert drawn
    text = write_html(made_up.printed()._replace(pictures=(drawn,)))
    page = Page(text)
    assert not {name for name, _ in page.tags} & {"script", "link", "img", "iframe", "object", "embed", "base", "form"}
    assert not [given for _, given in page.tags if any(name.startswith("on") or name == "style" for name in given)]
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)
    assert style
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}'" in text
    assert "url(" not in style[1]
    assert "@import" not in style[1]
    assert text == write_html(made_up.printed()._replace(pictures=(drawn,)))


def test_it_has_the_landmarks_and_heads_that_readers_move_by() -> None:
    drawn = draw_timeline(COUNTS)
    assert drawn
    page = Page(write_html(made_up.printed()._replace(pictures=(drawn,))))
    names = [name for name, _ in page.tags]
    assert [names.count(name) for name in ("h1", "main", "header", "nav")] == [1, 1, 1, 1]
    levels = [int(name[1]) for name in names if re.fullmatch("h[1-6]", name)]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    ids = [given["id"] for _, given in page.tags if "id" in given]
    assert len(ids) == len(set(ids))
    inner = {one["href"][1:] for one in page.all("a") if one["href"].startswith("#")}
    assert inner <= set(ids)
    assert page.all("a")[0]["href"] == "#content"
    assert all(one["scope"] in ("row", "col") for one in page.all("th"))
    assert page.all("svg")[0]["role"] == "img"
    assert page.all("svg")[0]["aria-describedby"] in ids
    assert "rare: 1 (2018: 1)." in page.text


@pytest.mark.parametrize("text", made_up.HOSTILE)
def test_known_attacks_stay_text(text: str) -> None:
    stays_text(text)


@settings(max_examples=40)
@given(_ANY.filter(lambda text: clean_characters(text)))
def test_any_text_stays_text(text: str) -> None:
    stays_text(text)


def stays_text(text: str) -> None:
    """The elements are the same whatever the text is, and it shows."""
    said = write_html(made_up.printed(text))
    page = Page(said)
    extra = {"a"}  # where an address is one that may be a link
    assert [name for name, _ in page.tags if name not in extra] == [name for name in LAYOUT if name not in extra]
    assert all(re.match(r"#|https?://", one["href"]) for one in page.all("a"))
    assert clean_characters(text) in page.text
    assert not re.search("[\x00-\x08\x1b\u202a-\u202e]", said)
