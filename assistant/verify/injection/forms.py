"""Forms that no honest sentence has: turns of a conversation, elements of a page that load or run, coded orders.

Each is told by a few characters next to each other, so that looking for them takes time in proportion to the length.
"""

import re

_ROLE = (
    "(?:system|assistant|developer|user|human|answers?|final answer|outputs?|instructions?|summary|responses?|replies"
    "|reply|prompts?|evidence|context|abstracts?|tool(?:_\\w{1,12})?|inst|sys|message|system (?:prompt|message|note))"
)
_FORMS = re.compile(
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
            rf"[<‹]\s?/?\s?{_ROLE}\s?[>›]",
            rf"\[\[?\s?/?\s?{_ROLE}\s?\]\]?(?![(\w])",
            rf"\{{\{{\s?/?{_ROLE}\s?\}}\}}",
            rf"(?:^|\s)#{{1,6}}\s?(?:{_ROLE})\s?:",
            # An order with its words behind a colon.
            r"^\W{0,9}(?:say|write|print|output|answer|reply|respond|repeat)\s?:",
            # An answer as data.
            r"[\"'](?:claims|role|final_answer|answer|tool|tool_call|arguments)[\"']\s?:\s?[\"'\[{]",
        )
    )
)


def has_forged_form(folded: str) -> bool:
    """Tell whether a text, in small plain letters, holds what only a page or a conversation with a model has."""
    return bool(_FORMS.search(folded))
