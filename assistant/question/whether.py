"""Whether a question is answered by yes or no."""

import re

# Signs before the verb, a quotation mark above all; of any number each mark would be a beginning of all others.
_CLAUSE = r"(?:^|[:?.;–—]\s+|\s-\s+|,\s+)\W{0,10}+"
_YES_OR_NO = re.compile(
    rf"{_CLAUSE}(?:is|are|was|were|do|does|did|can|could|will|would|should|may|might|must|has|have|had)(?:n['’]t)?\b",
    re.I,
)
_ASKS_WHICH = re.compile(r"\b(?:what|which|who|whom|whose|when|where|why|how)\b", re.I)


def asks_whether(question: str) -> bool:
    """Whether a question is answered by yes or no: "Is …?", "Robots at work: do they help?"."""
    if _ASKS_WHICH.search(question):
        first = _YES_OR_NO.match(question)
        return first is not None
    return bool(_YES_OR_NO.search(question)) or question.rstrip().endswith("?")


_EFFECTIVE = (
    r"(?:effective|efficacious|useful|helpful|beneficial|harmful|safe|good|better|worth\s+\w+|recommended|superior|inferior|indicated|toxic"
    r"|associated|linked)"
)
_ACTS = (
    r"(?:help|work|reduce|improve|increase|decrease|cure|treat|prevent|cause|affect|benefit|lower|raise|worsen|protect|lead|promote|relieve"
    r"|alleviate|slow|stop|boost|impair|outperform)"
)
_THING = r"(?:the\s+|an?\s+)?(?P<{}>[\w’'-]+(?:\s+[\w’'-]+){{0,2}}?)"
_OF_EFFECT = (
    re.compile(
        rf"^\W*(?:and\s+)?(?:is|are|was|were)\s+{_THING.format('one')}\s+(?:\w+ly\s+|an?\s+)?{_EFFECTIVE}\b"
        rf"(?:\s+(?!(?:for|in|against|with|to|of)\b)\w+)?(?:\s+(?:for|in|against|with|to|of)\s+{_THING.format('two')}\W*$)?",
        re.I,
    ),
    re.compile(
        rf"^\W*(?:and\s+)?(?:do|does|did|can|could|will|would|may|might)\s+{_THING.format('one')}\s+{_ACTS}\b"
        rf"(?:\s+(?:(?:for|in|against|with|to)\s+)?{_THING.format('two')}\W*$)?",
        re.I,
    ),
)
_STANDS_FOR = re.compile(
    r"\b(?:it|its|they|them|their|this|that|these|those|he|she|there|any|all|both|we|i|you)\b", re.I
)


def find_things_of_effect(question: str) -> tuple[str, ...]:
    """Find what a question asks to act on what: ("ketamine", "acne scars") of "is ketamine effective for acne scars?".

    Empty where it asks otherwise; pronouns are left out. Where a library speaks of one of them nowhere, what it says of
    the other is no answer.
    """
    match = next((match for pattern in _OF_EFFECT if (match := pattern.match(question))), None)
    things = (match["one"], match["two"]) if match else ()
    return tuple(thing for thing in things if thing and not _STANDS_FOR.search(thing))


# "Does blue light help acne?", "is it any good for acne?", "what helps against acne?": the verb asks for an effect,
# whatever that is called in papers, where "helpful" stands for something else.
_HELPS = re.compile(
    r"^(?P<before>\W*(?:(?:and|how|why)\s+)*(?:(?:do|does|did|can|could|will|would|may|might|is|are|was|were)\b[^?]{1,80}?|what)\s+)"
    r"(?:(?:really|actually|also|very)\s+)?(?:help(?:s|ed|ful|ing)?|(?:any\s+)?good|useful)\b"
    r"(?![\s-]+(?:seeking|desks?|lines?|groups?|quality|practices?|old)\b|-)",
    re.I,
)


def remove_help(text: str) -> str:
    """Remove the word by which a question asks whether something has an effect: "help", "any good", "useful"."""
    return _HELPS.sub(lambda match: match["before"], text)
