"""When a name that a person typed fits an author's name."""


def fits(asked: list[str], author: list[str]) -> bool:
    """Whether each word asked for is a word of the author, or one is the initial of the other.

    At least one word has to be the same in full: "J. D." fits nobody. Words as ``name_words`` gives them.
    """
    left = list(author)
    whole = False
    for word in sorted(asked, key=len, reverse=True):
        match = word if word in left else next((other for other in left if _initial(word, other)), None)
        if match is None:
            return False
        left.remove(match)
        whole = whole or (match == word and len(word) > 1)
    return whole


def _initial(one: str, other: str) -> bool:
    return one[0] == other[0] and 1 in (len(one), len(other))
