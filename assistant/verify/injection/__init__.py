"""Text of a record that gives orders to its reader: it says nothing of the world, so it is no evidence.

Papers come from anybody. What addresses a reader, a summary, a model or an answer is told by what it says, in many
languages and behind disguises of its letters (``letters``, ``classifier``), and by forms that no abstract has. This is
a second line of defence: the first is that nothing a model says counts unless an abstract carries it. The last is that
a paper that gives orders is marked: nothing that rests on it gets a top sign.
"""

from functools import lru_cache

from assistant.sound_texts import is_sound_abstract, is_sound_sentence, list_fields
from assistant.verify.injection.classifier import is_order, load_weights
from assistant.verify.injection.letters import fold_letters
from store.paper import Paper
from store.text.patterns import compile_lazily
from store.text.roles.labels import remove_label
from store.text.sentences import sentence_spans

GIVES_ORDERS = "gives orders to its reader"
"""What is said of a marked paper; its title stands before."""
# Disguises that nobody takes by chance: a code that holds words, and words turned round.
_TELLING = frozenset(("code", "turned"))
# How indexes write what of a subject is meant: "Memantine/tu [Therapeutic Use]".
_QUALIFIER = compile_lazily(r"/[a-z]{2} \[[^\[\]]{1,80}\]")
# Turns of a conversation, elements of a page that load or run, coded orders: each is told by a few characters next to
# each other, so that looking for them takes time in proportion to the length.
_SPEAKER = (
    "(?:system|assistant|developer|user|human|answers?|final answer|outputs?|instructions?|summary|responses?|replies"
    "|reply|prompts?|evidence|context|abstracts?|tool(?:_\\w{1,12})?|inst|sys|message|system (?:prompt|message|note))"
)
_FORMS = compile_lazily(
    "|".join(
        f"(?:{form})"
        for form in (
            # Pictures and links of Markdown that a viewer would load or run; elements of a page that do.
            r"!\[[^\[\]]{0,200}\]\(",
            r"\]\(\s?(?:javascript|vbscript|data)\s?:",
            r"[<‹](?:img|script|iframe|svg|meta|link|object|embed|form|input|style|video|audio)\b[\s/>›]",
            r"[<‹]a\s{1,4}href\b",
            # Turns and blocks as models are given them.
            r"<\|\w{1,20}\|>|\[/?inst\]|<</?sys>>",
            rf"[<‹]\s?/?\s?{_SPEAKER}\s?[>›]",
            rf"\[\[?\s?/?\s?{_SPEAKER}\s?\]\]?(?![(\w])",
            rf"\{{\{{\s?/?{_SPEAKER}\s?\}}\}}",
            rf"(?:^|\s)#{{1,6}}\s?(?:{_SPEAKER})\s?:",
            # An order with its words behind a colon.
            r"^\W{0,9}(?:say|write|print|output|answer|reply|respond|repeat)\s?:",
            # An answer as data.
            r"[\"'](?:claims|role|final_answer|answer|tool|tool_call|arguments)[\"']\s?:\s?[\"'\[{]",
        )
    )
)
# One of these stands in each of the forms; most sentences have none.
_SIGN_OF_FORM = compile_lazily(r"[<‹\[{:]")


def is_instruction(text: str, *, heading: bool = False) -> bool:
    """Tell whether a text gives orders to its reader, or pretends to be a part of a conversation with one.

    Args:
        text: A sentence.
        heading: Whether it is a title, a keyword or a name instead, which seldom are sentences.
    """
    return not is_sound_sentence(text) and _is_instruction(text, heading)


@lru_cache(maxsize=4096)
def _is_instruction(text: str, heading: bool) -> bool:
    folded = fold_letters(_QUALIFIER.sub("", text) if heading else text, load_weights().words)
    if folded.disguises & _TELLING or has_forged_form(folded.text):
        return True
    # "METHODS:" is a part of the form, as "Answer:" may be of an order; what stands behind it is read by itself.
    body = folded if heading else folded._replace(text=remove_label(folded.text))
    return is_order(body, heading=heading)


def find_injection_start(abstract: str) -> int:
    """Find where in an abstract its evidence ends: at the first instruction, for all after it may be what it orders."""
    return len(abstract) if is_sound_abstract(abstract) else _find_start(abstract)


@lru_cache(maxsize=1 << 14)  # A report looks at each abstract twice; the texts are in memory anyway.
def _find_start(abstract: str) -> int:
    return next(
        (start for start, end in sentence_spans(abstract) if is_instruction(abstract[start:end])), len(abstract)
    )


def gives_orders(paper: Paper) -> bool:
    """Tell whether title, abstract, authors, venue or keywords of a paper give orders to its reader."""
    return find_injection_start(paper.abstract) < len(paper.abstract) or any(
        is_instruction(field, heading=True) for field in list_fields(paper)
    )


def strip_injections(paper: Paper) -> Paper:
    """Strip a paper of what gives orders: the abstract is cut there, so that offsets stay; such a title goes."""
    end = find_injection_start(paper.abstract)
    title = "" if is_instruction(paper.title, heading=True) else paper.title
    if end == len(paper.abstract) and title == paper.title:
        return paper
    return paper.model_copy(update={"abstract": paper.abstract[:end].rstrip(), "title": title})


def describe_orders(paper: Paper) -> str:
    """Say that a paper gives orders, by its title where that gives none."""
    name = (
        f"“{paper.title}”" if paper.title and not is_instruction(paper.title, heading=True) else f"the paper {paper.id}"
    )
    return f"{name} {GIVES_ORDERS}"


def has_forged_form(folded: str) -> bool:
    """Tell whether a text, in small plain letters, holds what only a page or a conversation with a model has."""
    return bool(_SIGN_OF_FORM.search(folded) and _FORMS.search(folded))
