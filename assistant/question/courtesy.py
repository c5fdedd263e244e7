"""What people say around a question: greetings, thanks, wishes, and "could you tell me".

A sentence that greets or thanks is left out where another one asks; so is the clause that a question is embedded in,
which has no words but those of asking. The classes are closed: the forms of greeting, thanking and asking somebody.
"""

import re

from assistant.question.condition import PAPERS

_SENTENCE = re.compile(r"[^.!?]+(?:[.!?](?=\S)[^.!?]*)*[.!?]*\s*")
_GREETS = re.compile(
    r"^\W*(?:hi|hiya|hello|hey|dear|good\s+(?:morning|afternoon|evening|day)|greetings|thanks?|thank\s+you|thx|cheers"
    r"|many\s+thanks|sorry|excuse\s+me|apologies|(?:best|kind(?:est)?|warm(?:est)?)\s+(?:regards|wishes)|(?:i\s+|we\s+)?hope\s+(?:you|this|all|that\s+you|it)"
    r"|nice\s+to|you\s+are\s+(?:great|awesome|the\s+best)|much\s+appreciated|(?:i|we)(?:['’]d|\s+would)?\s+(?:really\s+)?appreciate)\b(?!-)",
    re.I,
)
# Words of a greeting at the most: a longer sentence says something else as well. Chosen by hand.
_SHORT = 9
_ASKS = re.compile(
    r"\?|\b(?:which|what|who|whom|whose|when|where|why|how|papers?|list|show|find|give|compare|summari[sz]e)\b", re.I
)
# "Hello there, which …", "Thanks! …": a greeting before a comma.
_OPENING = re.compile(
    r"^\W*(?:(?:hi|hiya|hello|hey|dear(?:\s+\w+)?|good\s+(?:morning|afternoon|evening|day)|greetings|thanks|thank\s+you|sorry|excuse\s+me|please)"
    r"(?:\s+(?:there|all|everyone|team|again|so\s+much|very\s+much|a\s+lot|in\s+advance|to\s+bother(?:\s+you)?))*(?:\s*[,;:]|\s+[–-])\s*)+",
    re.I,
)
_CLOSING = re.compile(
    r"(?:\s*[,;–-]\s*(?:please|thanks?|thank\s+you|cheers|if\s+(?:you\s+(?:can|could|would|please)|possible))"
    r"|[\s,;–-]+(?:pl[sz]|thx))"
    r"(?:\s+(?:so\s+much|very\s+much|a\s+lot|in\s+advance|you))?(?P<sign>\s*[?.!]*)\s*$",
    re.I,
)
_ASKING = frozenset(
    """a able about advise am an and any anybody anyone appreciate are ask asking be can chance check could curious
    do explain figure find for from give glad grateful happen has have hello help here hey hi hoping i i'd i'm if
    in interested is it i’d i’m just kindly know let like list look love may maybe me might mind my need now ok
    okay on one out please point possible possibly question quick quickly remind say see share show so somebody
    someone something tell telling that the there to trying understand us want wanted was we were whether will
    wonder wondering would you your""".split()
)
_WISHING = frozenset(
    """all alright don't don’t fine isn't isn’t it's it’s moment much not ok okay possible problem that's that’s time
    too trouble when whenever""".split()
)
_EMBEDDED = re.compile(
    r"^(?P<lead>\W*(?:[\w'’]+\W+){2,18}?)(?P<question>(?:which|what|who|whom|whose|when|where|why|how|compare"
    rf"|summari[sz]e|(?:(?:any|some|all|the|recent|more)\s+)*{PAPERS})\b.*)$",
    re.I,
)

# "My supervisor told me to look up what …", "I was wondering whether you have …": what follows is asked. Who asks is
# said before it, with no word of another question.
_TOLD = re.compile(
    rf"^(?=.*?\b(?:i|me|my|we|us|our|you|your)\b)(?:(?!\b(?:{PAPERS}|which|what|who|whom|whose|when|where|why|how)\b)[^?!])*?"
    r"\b(?:know|wonder(?:ing|ed)?|ask(?:s|ed|ing)?|tells?|told|find(?:ing)?\s+out|look(?:ing)?\s+up|see|check|understand"
    r"|learn|figure\s+out|explain|say|remember|recall|curious|sure|idea)\s+(?:about\s+|me\s+|us\s+|exactly\s+)?"
    r"(?:(?:whether|if)\s+(?:you|this\s+library|the\s+library|it)(?:['’]d|['’]ve|\s+(?:would|might|may|could|happen\s+to))?"
    r"\s+(?:got|have|has|had|holds?|know\s+of)\s+(?P<thing>.+)"
    r"|(?P<asked>(?:which|what|who|whom|whose|when|where|why|how)\b.+))$",
    re.I,
)
# "Many thanks and kind regards, Tom" ends a letter; a wish opens one: "If it isn't too much trouble, …".
_SIGNATURE = re.compile(
    r"\s*[,;.–]\s*(?:many\s+|with\s+)?(?:thanks|thank\s+you|thx|cheers|(?:best|kind|warm|many)\s+(?:regards|wishes|greetings)|regards"
    r"|yours)\b[^?]{0,60}$",
    re.I,
)
_WISH = re.compile(r"^\W*(?P<clause>(?:if|when|whenever)\b[^,?!]{2,80}),\s*(?=\w)", re.I)
_CLAUSE = re.compile(r"\s*[,;–]\s*(?P<clause>[^,;–]+)$")
_EXISTS = re.compile(r"\b(?:is|are|was|were)\s+there\b", re.I)


# What is written short with a stroke; a language is not told by its letters.
_STROKES = (
    (re.compile(r"(?<!\w)w/o(?!\w)", re.I), "without"),
    (re.compile(r"(?<!\w)w/(?=\s|[^\W\d_]{3,})", re.I), "with "),
    # With blanks around it, between words: "km / h" and "10 / 20" are no choice.
    (re.compile(r"(?<=[^\W\d_]{3})\s+/\s+(?=[^\W\d_]{3})"), " or "),
)


def spell_strokes(question: str) -> str:
    """Spell out what is written short with a stroke: "papers w/o abstract", "acne w/ scars", "queues / lines"."""
    if "/" not in question:
        return question
    for pattern, word in _STROKES:
        question = pattern.sub(word, question)
    return question


def remove_courtesy(question: str) -> str:
    """Remove what is said around a question; one that is nothing else is given back as it is."""
    sentences = [match[0] for match in _SENTENCE.finditer(question)] or [question]
    asking = [sentence for sentence in sentences if not _is_greeting(sentence)]
    text = "".join(asking).strip() if asking and any(map(_ASKS.search, asking)) else question
    text = _CLOSING.sub(lambda match: match["sign"], _OPENING.sub("", text)).strip() or text
    embedded = _EMBEDDED.match(text)
    if embedded and _EXISTS.search(embedded["lead"]):  # "Is there a paper …" asks for papers by itself.
        embedded = None
    if embedded and all(word in _ASKING for word in re.findall(r"[\w'’]+", embedded["lead"].lower())):
        text = embedded["question"]
    text = _remove_story(_remove_last_clause(_remove_wish(_SIGNATURE.sub("", text))))
    return question if text == question.strip() else text


def _remove_wish(text: str) -> str:
    """Remove a clause before the question that only wishes: "If it isn't too much trouble, …"."""
    wish = _WISH.match(text)
    words = re.findall(r"[\w'’]+", wish["clause"].lower()) if wish else []
    return text[wish.end() :] if wish and all(word in _ASKING | _WISHING for word in words) else text


def _remove_last_clause(text: str) -> str:
    """Remove a clause behind the question that only asks or wishes: "…; can you help?", "…, if that's ok"."""
    while clause := _CLAUSE.search(text):
        words = re.findall(r"[\w'’]+", clause["clause"].lower())
        if not words or not all(word in _ASKING | _WISHING for word in words):
            break
        text = text[: clause.start()] + ("?" if clause["clause"].rstrip().endswith("?") else "")
    return text


def _remove_story(text: str) -> str:
    """Remove who asks, and why, before what is asked."""
    told = _TOLD.match(text)
    return (told["thing"] or told["asked"]) if told else text


# What is said when nothing is asked, and nothing beside it: "dear enemy effect" and "good morning cortisol" ask.
_PLEASANTRY = (
    r"(?:hi|hiya|hello|hey|greetings|good\s+(?:morning|afternoon|evening|day|night)|(?:many\s+)?thanks|thank\s+you|thx|cheers|bye|goodbye"
    r"|see\s+you|ok|okay|great|perfect|cool|nice|awesome|wonderful|got\s+it|i\s+see|you(?:['’]re|\s+are)\s+(?:great|awesome|the\s+best)"
    r"|much\s+appreciated|that(?:['’]s|\s+is)\s+(?:all|great|helpful))"
    r"(?:\s+(?:there|all|everyone|again|so\s+much|very\s+much|a\s+lot|in\s+advance|you|for\s+(?:that|this|your\s+help|now)))*"
)
_NOTHING_ASKED = re.compile(rf"\W*{_PLEASANTRY}(?:\W+{_PLEASANTRY}){{0,4}}\W*", re.I)


def is_pleasantry(text: str) -> bool:
    """Tell whether a text only greets, thanks or takes note, and asks nothing: "thanks!", "Ok, great."."""
    return len(text) <= _LONGEST_PLEASANTRY and _NOTHING_ASKED.fullmatch(text) is not None


# Characters of a text that is only polite at the most; a longer one is a letter. Chosen by hand.
_LONGEST_PLEASANTRY = 80


def _is_greeting(sentence: str) -> bool:
    return bool(_GREETS.match(sentence)) and len(sentence.split()) <= _SHORT and not _ASKS.search(sentence)
