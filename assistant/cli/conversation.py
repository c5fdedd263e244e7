"""Which conversation is meant."""

from assistant.sessions import Sessions


def named(sessions: Sessions, given: str) -> str:
    """The id that a person gave, or that of ``last``, the one used last; raises ``NotFound`` where there is none."""
    return sessions.last() if given == "last" else given


def begun(sessions: Sessions, given: str | None) -> str | None:
    """The same for a question, where ``new`` starts one and None is no conversation."""
    if given is None:
        return None
    return sessions.new().id if given == "new" else named(sessions, given)
