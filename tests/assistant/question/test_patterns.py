from assistant.question import parse as patterns


def test_the_frame_words_are_words_in_lower_case() -> None:
    assert {"which", "papers", "study"} <= patterns.FRAME
    assert {word for word in patterns.FRAME if word != word.lower()} == set()


def test_numbers_in_words_and_digits() -> None:
    for text in ("three newest papers", "3 newest papers", "newest three papers"):
        match = patterns.MANY.search(text)
        assert match
        assert {group for group in match.groups() if group} <= {"three", "3"}
