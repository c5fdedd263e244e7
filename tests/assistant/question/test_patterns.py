from assistant.question.sorting import MANY
from assistant.question.topic_words import FRAME


def test_the_frame_words_are_words_in_lower_case() -> None:
    assert {"which", "papers", "study"} <= FRAME
    assert {word for word in FRAME if word != word.lower()} == set()


def test_numbers_in_words_and_digits() -> None:
    for text in ("three newest papers", "3 newest papers", "newest three papers"):
        match = MANY.search(text)
        assert match
        assert {group for group in match.groups() if group} <= {"three", "3"}
