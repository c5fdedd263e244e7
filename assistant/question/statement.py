"""What is typed that is no question: statements of query and programming languages, and topics alone."""

import re

from assistant.question.query import Intent, Order, Query
from store.filters import Filters

# The statements of SQL, in capitals as nobody writes a question, or with what only a statement has.
_SQL = (
    r"(?:SELECT\b.+\bFROM|INSERT\s+INTO|UPDATE\b.+\bSET|DELETE\s+FROM"
    r"|(?:DROP|CREATE|ALTER|TRUNCATE)\s+(?:TABLE|DATABASE|INDEX|VIEW))\b"
)
_FORMS = tuple(
    re.compile(form, flags)
    for form, flags in (
        (rf"^\W*{_SQL}", re.NOFLAG),
        (r"^\W*(?:select\s+(?:\*|count\s*\(|distinct\b).*\bfrom\b)", re.I),
        (rf"^\W*{_SQL}.*;\s*(?:--.*)?$", re.I),
        # A call, an assignment, an import, a definition; an object; a command with its options.
        (r"^\s*[a-z_][\w.]*\([^()]{0,200}\)\s*;?\s*$", re.I),
        (r"^\s*(?:(?:let|var|const)\s+)?[a-z_][\w.]*\s*(?:=|:=|\+=)\s*[\w\"'\[{(][^?]{0,200}$", re.I),
        (
            r"^\s*(?:import\s+[\w.]+(?:\s+as\s+\w+)?|from\s+[\w.]+\s+import\s+[\w*, ]+|def\s+\w+\(.*|#include\b.*)\s*$",
            re.NOFLAG,
        ),
        (r"^\s*(?:\{.*\}|\[.*[{\"'].*\])\s*;?\s*$", re.NOFLAG),
        (r"^\s*(?:sudo\s+)?(?:rm|ls|cat|grep|curl|wget|cd|git|pip|echo|chmod)\s+(?:-\S|/|\.|https?:).*$", re.NOFLAG),
        (r"^\s*<\W?[a-z!][^<>]{0,200}>.*$", re.I),
    )
)
# A longer text is not looked through: a statement that somebody pasted by mistake is short. Chosen by hand.
_LONGEST = 400


def is_statement(text: str) -> bool:
    """Tell whether a text is a statement of a query or programming language, a command or markup, and no question."""
    return len(text) <= _LONGEST and any(form.search(text) for form in _FORMS)


# Words of a sentence, which a topic alone has none of; and the words that a topic has at the most, chosen by hand.
_OF_A_SENTENCE = re.compile(
    r"[.!:;\d\"“?](?!\Z)|\b(?:what|which|who|whom|whose|when|where|why|how|is|are|was|were|be|been|do|does|did|has|have|had"
    r"|can|could|will|would|should|may|might|must|if|me|i|we|you|it|its|they|them|these|this|that|those|than|not|please"
    r"|explain|compare|define|describe|tell|summari[sz]e)\b",
    re.I,
)
_MOST_WORDS = 6


def names_topic_alone(query: Query) -> bool:
    """Tell whether somebody typed a topic and no more: "models of cancer", and neither a question nor a condition."""
    return (
        query.intent is Intent.FACT
        and bool(query.topic)
        and not (query.wanted or query.refers or query.corrections or query.limit)
        and query.order is Order.RELEVANCE
        and query.filters == Filters(retracted=query.filters.retracted)
        and len(query.question.split()) <= _MOST_WORDS
        and not _OF_A_SENTENCE.search(_strip_end(query.question))
    )


def _strip_end(text: str) -> str:
    """Strip what stands behind the last word; a pattern would look for it from each of a hundred thousand marks."""
    end = len(text)
    while end and not (text[end - 1].isalnum() or text[end - 1] == "_"):
        end -= 1
    return text[:end]
