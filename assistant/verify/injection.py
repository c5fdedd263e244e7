"""Sentences of an abstract that give orders to its reader: they say nothing of the world, so they are no evidence.

Papers come from anybody. What is told from science here is told by its form, in the manner of "ignore previous
instructions", forged turns of a conversation, orders on what to answer or cite, and addresses to a language model. It
is a second line of defence: the first is that nothing a model says counts unless an abstract carries it.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from store.paper import Paper
from store.text.clean import clean_characters
from store.text.sentences import sentence_spans

_SAY = (
    "(?:say|state|write|print|output|answer|reply|respond|report|repeat|tell|conclude|cite|claim|include|add|append"
    "|insert|mention|recommend|display|render|show|reveal|begin|start|end|finish)"
)
_MACHINE = (
    r"(?:AIs?|A\.I\.|LLMs?|(?:large )?language models?|(?:AI )?assistants?|chat ?bots?|GPT\S*|Claude|summari[sz]ers?)"
)
_ALL = (  # left open, for more words
    r"(?:(?:all|any|everything|every|the|your|these|those|my|its|of|in|and|other|what(?:ever)?|was|is|said|written|stated"
    r"|previous|prior|above"
)
_FORGET = "(?:ignore|disregard|forget|override|bypass|discard)"
_POLITELY = r"^\W*(?:(?:please|now|then|instead|always|just|and|also|you must|you should|you will)\W+)*"
_LINK = r"(?:https?:|www\.|!?\[|<)"
_OPENINGS = (  # how a sentence begins
    # A turn of a conversation, or the end of what holds the abstracts.
    r"^\W*(?:system|assistant|developer|user|human|tool)\b[^\w\s]*\s*[:>\]]",
    r"^\W*(?:end|begin|start|stop)\s+(?:of\s+)?(?:the\s+)?(?:system\s+)?"
    r"(?:prompt|context|data|abstracts?|instructions?|evidence)\b",
    r"^#{1,6}\s*(?:instruction|system|new|response|assistant|user|end|prompt|task)",
    # Orders on what to answer.
    rf"{_POLITELY}{_SAY}\s+(?:only|exactly|simply|instead|verbatim|that|with|nothing|no\b|yes\b|as\b|the following)\b",
    rf"{_POLITELY}{_SAY}\s*:",
    rf"{_POLITELY}(?:visit|click|open|fetch|download|go to|load|follow|show|display|include|use)\s+(?:\w+\s+){{0,3}}?"
    rf"(?:{_LINK}|links?\b|here\b|this (?:link|image|url|address)\b)",
    rf"{_POLITELY}{_FORGET}\s+{_ALL})\W+){{0,4}}(?:above|before|previous(?:ly)?|prior|preceding|earlier|rules|evidence"
    r"|sources?|abstracts?|papers|context|question)\b",
    r"^\W*(?:from now on|pretend|act as|imagine (?:that )?you|role-?play|simulate being|repeat after)\b",
)
_ANYWHERE = (
    # Ignore all previous instructions; in other languages, too.
    rf"\b(?:{_FORGET}|ignoring|disregarding)\s+{_ALL}|earlier|preceding|old|system|original|given|safety)\W+){{0,6}}"
    r"(?:instructions?|prompts?|guidelines?|directives?|orders|system\s+(?:prompt|message)|commands?)\b",
    rf"(?:[.!?,;:)\]]|\bplease|\bmust|\bshould|\bnow)\W*{_FORGET}\s+{_ALL})\W+){{0,4}}"
    r"(?:above|before\b|previous(?:ly)?\b|preceding|earlier|rules\b|evidence|abstracts?\b|context\b)",
    r"(?:ignor|olvid|oubli|vergiss|vergess|missacht|dimentic|esque[cç]|игнорир|забудь).{0,60}?"
    r"(?:instruccion|instruções|istruzion|anweisung|consignes|vorgaben|инструкц|указани|précédentes|anteriores|vorherigen)",
    r"(?:忽略|无视|無視|忘记|忘れ).{0,20}(?:指令|指示|提示|命令)|(?:指令|指示|提示|命令).{0,20}(?:忽略|无视|無視|忘)",
    # Forged turns and orders.
    r"[.!?\n\"'\])>›]\s*(?:system|assistant|developer)\s*:",
    r"<\|\w+\|>|\[/?INST\]|<</?SYS>>",
    r"[<‹]/?(?:abstracts?|system|assistant|user|instructions?|evidence|tool\w*)[>›]",
    r"\b(?:new|updated|important|special|hidden|secret)\s+instructions?\b\s*(?:[:.]|for\b|to\b|from\b|follow)",
    r"\bsystem\s+(?:override|notice|message|alert)\s*[:\-–!.]|\b(?:admin|jailbreak|DAN)\s+mode\b",
    rf"(?:[:;,.!]|\b(?:please|now|then|instead|must|should|shall|to|and))\W*{_SAY}\s+(?:verbatim|after me"
    r"|(?:back\s+)?to the (?:user|reader)\b|the (?:user|reader)s?\b"
    rf"|this (?:claim|link|image|url|address)\b|[\"“‘'](?=\w)|{_LINK})",
    r"\b(?:your|the final|the only correct)\s+(?:answer|reply|response|output|summary)\s+"
    r"(?:must|should|shall|has to|will)\b",
    r"\banswer\s+(?:to\s+)?(?:any|every|all|the user'?s?|this)\s+questions?\s+(?:is|must|should|with|by|as)\b",
    r"\byou\s+(?:must|shall|should|will|have to|need to|can now|may now|are (?:required|instructed|ordered) to)\W+"
    rf"(?:\w+\W+){{0,3}}?(?:{_SAY}|ignore|obey|follow|use|call|send|visit|execute|treat)\b",
    # Addresses to a model.
    r"\byou\s+are\s+(?:now\s+|no longer\s+|not\s+|really\s+)*(?:an?\s+|the\s+|bound\s+)*"
    rf"(?:{_MACHINE}|DAN|free\b|helpful|evil|pirate|unrestricted|expert|by)",
    rf"\b(?:dear|attention|hey|hello|note (?:to|for)|(?:instructions?|message) (?:to|for))\W+(?:all\W+|any\W+|the\W+)*"
    rf"{_MACHINE}\b",
    rf"\bif\s+you\s+are\s+(?:an?\s+)?(?:{_MACHINE}|model|bot|machine|reading)\b",
    r"\byour\s+(?:new\s+|only\s+|real\s+|true\s+|next\s+|previous\s+)*"
    r"(?:tasks?|instructions?|job|role|orders?|guidelines|system prompt|developers?)\b",
    r"\b(?:when|while|before|after)\s+(?:you\s+)?(?:summari[sz]|answer|cit|quot)(?:e|ing)\b.{0,40}?"
    r"(?:,\s*|\b)(?:always|please|you must|also say|say)\b",
    # What is to leave the machine, or to be run.
    r"\b(?:send|post|upload|leak|exfiltrate|reveal|print|output|forward|e-?mail|disclose|show)\s+(?:me\s+|us\s+)?"
    r"(?:the|your|all|any|its)\s+(?:\w+\s+){0,2}?(?:conversation|chat|(?:system )?prompt|api keys?|history|secrets?"
    r"|instructions|passwords?|credentials|user's)\b",
    r"\b(?:decode|execute|run)\s+(?:\w+\s+){0,3}?(?:base64|rot13|payload|hex string|following (?:code|command))",
    r"[\"']claims[\"']\s*:|\{\s*[\"'](?:text|sources|role|tool|name)[\"']\s*:",
)


def _compile_any(forms: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{form})" for form in forms), re.IGNORECASE)


_OPENS, _HOLDS = _compile_any(_OPENINGS), _compile_any(_ANYWHERE)
# A run of letters and digits that nobody reads.
_ENCODED = re.compile(r"(?=[A-Za-z0-9+/]*[a-z])(?=[A-Za-z0-9+/]*[A-Z])(?=[A-Za-z0-9+/]*\d)[A-Za-z0-9+/]{40,}={0,2}")


@lru_cache(maxsize=1024)
def is_instruction(sentence: str) -> bool:
    """Tell whether a sentence gives orders to its reader, or pretends to be a part of a conversation with one."""
    text = clean_characters(sentence)  # Nothing hides behind characters that nobody sees.
    return bool(_OPENS.match(text) or _HOLDS.search(text) or _ENCODED.search(text))


@lru_cache(maxsize=1024)
def find_injection_start(abstract: str) -> int:
    """Find where in an abstract its evidence ends: at the first instruction, for all after it may be what it orders."""
    return next(
        (start for start, end in sentence_spans(abstract) if is_instruction(abstract[start:end])), len(abstract)
    )


def strip_injections(paper: Paper) -> Paper:
    """Strip a paper of what gives orders: the abstract is cut there, so that offsets stay; such a title goes."""
    end = find_injection_start(paper.abstract)
    title = "" if is_instruction(paper.title) else paper.title
    if end == len(paper.abstract) and title == paper.title:
        return paper
    return paper.model_copy(update={"abstract": paper.abstract[:end].rstrip(), "title": title})
