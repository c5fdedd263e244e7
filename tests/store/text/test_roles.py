"""What each sentence of an abstract is for.

Rates of the classifier on papers that it was not fitted on: ``python -m benchmarks.fit_roles --test``, and
docs/roles.md. The abstracts here are invented.
"""

import hashlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given

from store.text import roles
from store.text.roles import Role, RoledSentence, assign_roles, pack_roles, unpack_roles
from store.text.roles.chain import classify_sentences, find_best_chain, is_present, list_features
from store.text.roles.labels import ALL, read_label
from store.text.roles.role import VERSION
from store.text.sentences import sentence_spans
from tests.counting import LINEAR, growth
from tests.store.text.strategies import PROSE

PLAIN = (
    "Sorting is slow on large tables. We propose FoldSort, an algorithm that merges runs in cache."
    " Experiments show that it is three times faster than the best earlier method."
    " The code is available at https://example.org/foldsort."
)


def read(abstract: str) -> list[tuple[str, str]]:
    return [(abstract[one.start : one.end], one.role.value) for one in assign_roles(abstract)]


@pytest.mark.parametrize(
    ("label", "role"),
    [
        ("RESULTS", "result"),
        ("Main Results", "result"),
        ("Principal findings", "result"),
        ("DATA SYNTHESIS", "result"),
        ("CONCLUSION", "conclusion"),
        ("Conclusions and Relevance", "conclusion"),
        ("Interpretation", "conclusion"),
        ("What this study adds", "conclusion"),
        ("SUMMARY", "conclusion"),
        ("SUMMARY OF BACKGROUND DATA", "background"),
        ("Context", "background"),
        ("STUDY OBJECTIVES", "aim"),
        ("Purpose of the study", "aim"),
        ("PATIENTS & METHODS", "method"),
        ("Design, Setting, and Participants", "method"),
        ("MAIN OUTCOME MEASURES", "method"),
        ("Strengths and limitations", "limitation"),
        ("Limitations", "limitation"),
        ("AVAILABILITY AND IMPLEMENTATION", None),
        ("AVAILABILITY", "availability"),
        ("Trial registration", "availability"),
        ("OBJETIVO", "aim"),
        ("Ergebnisse", "result"),
        ("结论", "conclusion"),
        ("ICU LOS", None),
        ("Main data", None),
        ("The model", None),
    ],
)
def test_a_label_gives_the_role_that_pubmed_gives_it(label: str, role: str | None) -> None:
    assert read_label(label) == (None if role is None else {Role(role)})


def test_a_label_of_two_roles_allows_both() -> None:
    assert read_label("METHODS AND RESULTS") == frozenset({Role.METHOD, Role.RESULT})
    assert read_label("Background/Aims") == frozenset({Role.BACKGROUND, Role.AIM})
    assert read_label("UNLABELLED") == ALL


@pytest.mark.parametrize(
    "abstract",
    [
        "BACKGROUND: Roots sense. METHODS: We cut them. RESULTS: Five died. CONCLUSIONS: Do not cut.",
        "Background: Roots sense. Methods: We cut them. Results: Five died. Conclusions: Do not cut.",
        "(1) Background: Roots sense. (2) Methods: We cut them. (3) Results: Five died. (4) Conclusions: Do not cut.",
        "BACKGROUND Roots sense. METHODS We cut them. RESULTS Five died. CONCLUSIONS Do not cut.",
        "Background Roots sense. Methods We cut them. Results Five died. Conclusions Do not cut.",
        "Background - Roots sense. Methods - We cut them. Results - Five died. Conclusions - Do not cut.",
        "Background.— Roots sense. Methods.— We cut them. Results.— Five died. Conclusions.— Do not cut.",
        "BACKGROUND: Roots sense METHODS: We cut them RESULTS: Five died CONCLUSIONS: Do not cut.",
        "【背景】Roots sense. 【方法】We cut them. 【结果】Five died. 【结论】Do not cut.",
    ],
)
def test_labels_are_read_in_every_spelling(abstract: str) -> None:
    found = assign_roles(abstract)
    assert [one.role.value for one in found] == ["background", "method", "result", "conclusion"]
    assert all(one.labelled for one in found)


@pytest.mark.parametrize("mark", [":", ".", "\N{EN DASH}", ""])
def test_labels_are_no_part_of_sentences(mark: str) -> None:
    abstract = f"Objective{mark} To cut roots. Results{mark} Five died. Conclusion{mark} Do not cut."
    assert read(abstract) == [
        ("To cut roots.", "aim"),
        ("Five died.", "result"),
        ("Do not cut.", "conclusion"),
    ]


def test_the_first_words_behind_a_label_are_none_of_it() -> None:
    abstract = (
        "OBJECTIVE To cut roots. Methods A total of nine was cut. RESULTS Of nine, five died."
        " Conclusions In sum, do not."
    )
    assert [text for text, _ in read(abstract)] == [
        "To cut roots.",
        "A total of nine was cut.",
        "Of nine, five died.",
        "In sum, do not.",
    ]


def test_words_that_begin_sentences_are_no_labels() -> None:
    assert not any(
        one.labelled
        for one in assign_roles(
            "Results show that roots sense. Methods differ. Conclusions are drawn. The model: a lie."
        )
    )


def test_a_label_that_stands_alone_counts_for_its_sentence() -> None:
    found = assign_roles("Roots sense. Limitations: we cut five roots. Further roots were cut by others.")
    assert [one.labelled for one in found] == [False, True, False]
    assert found[1].role is Role.LIMITATION


def test_an_abstract_without_labels_is_classified() -> None:
    assert [role for _, role in read(PLAIN)] == ["background", "method", "result", "availability"]
    assert not any(one.labelled for one in assign_roles(PLAIN))


def test_what_the_paper_does_not_show_is_a_limitation() -> None:
    abstract = (
        "We asked whether children learn words from videos. Sixty children watched two videos."
        " They learned five words. However, our study is limited by its small sample."
    )
    assert [role for _, role in read(abstract)][-1] == "limitation"


def test_a_part_of_two_roles_is_classified_within_them() -> None:
    abstract = (
        "BACKGROUND: Roots sense. METHODS AND RESULTS: We enrolled 40 patients and randomised them to two doses."
        " Pain was significantly reduced (p<0.001). CONCLUSIONS: It helps."
    )
    assert [role for _, role in read(abstract)] == ["background", "method", "result", "conclusion"]
    assert [one.labelled for one in assign_roles(abstract)] == [True, False, False, True]


@given(PROSE)
def test_every_sentence_has_one_role(text: str) -> None:
    found = assign_roles(text)
    assert [one.start for one in found] == sorted({one.start for one in found})
    assert len(found) <= len(sentence_spans(text)) + text.count(":")
    assert all(text[one.start : one.end].strip() for one in found)


def test_nothing_has_no_sentences() -> None:
    assert assign_roles("") == ()


def test_labels_are_left_out_of_the_sentences_that_they_give_roles() -> None:
    text = "AIM: To cut roots. RESULTS: Five died."
    found = assign_roles(text)
    assert [(text[one.start : one.end], one.role) for one in found] == [
        ("To cut roots.", Role.AIM),
        ("Five died.", Role.RESULT),
    ]


def test_a_label_takes_the_place_of_the_classifier_in_the_chain() -> None:
    sentences = ["Pain was significantly reduced (p<0.001).", "It was reduced in both arms (p=0.3)."]
    assert classify_sentences(sentences, [ALL, ALL]) == [Role.RESULT, Role.RESULT]
    assert classify_sentences(sentences, [frozenset({Role.AIM}), ALL])[0] is Role.AIM


def test_the_chain_weighs_the_steps_between_the_sentences() -> None:
    scores = np.array([[1.0, 0.0], [0.0, 0.4]])
    free = np.zeros((3, 2))
    assert find_best_chain(scores, free) == [0, 1]
    stays = free - np.array([[0.0, 0.5], [0.5, 0.0], [0.0, 0.0]])
    assert find_best_chain(scores, stays) == [0, 0]
    first = free - np.array([[0.0, 0.0], [0.0, 0.0], [2.0, 0.0]])
    assert find_best_chain(scores, first) == [1, 1]
    assert find_best_chain(np.zeros((0, 2)), free) == []


def test_features_tell_words_places_and_what_is_done() -> None:
    first, second = list_features(["We then carefully weighed 30.5 roots.", "Our method works."])
    assert {"we", "0", "0 roots", "^we then", "we:weighed", "@0", "@-1", "@0/1"} <= set(first)
    assert {"our method", "the:method", "@1", "@-0"} <= set(second)
    assert len(first) == len(set(first))


def test_the_tense_is_that_of_most_sentences() -> None:
    assert is_present(["We show roots.", "They sense."])
    assert not is_present(["Roots were cut.", "They sense."])


def test_roles_are_stored_as_text() -> None:
    found = (
        RoledSentence(start=0, end=12, role=Role.AIM, labelled=True),
        RoledSentence(start=13, end=140, role=Role.AVAILABILITY),
    )
    assert pack_roles(found) == f"{VERSION} 0-12A 13-140v"
    assert unpack_roles(pack_roles(found)) == found
    assert unpack_roles(pack_roles(())) == ()
    assert unpack_roles("") is None
    assert unpack_roles("0 0-12A") is None


def test_another_classifier_has_another_version() -> None:
    """Where this fails, labels or weights are new: raise VERSION, and write the new sum here."""
    data = b"".join(Path(roles.__file__).with_name(name).read_bytes() for name in ("labels.txt", "weights.json"))
    assert (VERSION, hashlib.sha256(data).hexdigest()[:16]) == (3, "3a32bc58dbc22557")


@pytest.mark.parametrize("piece", ["Results: ", "RESULTS ", "a-", "(1) ", "Methods and ", "1 ", "— ", "we ", "A. "])
def test_the_work_grows_with_the_text(piece: str) -> None:
    assert growth(lambda size: assign_roles((piece * size)[:size]), 4000) < LINEAR
