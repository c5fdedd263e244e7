"""What an author listing says of its author, in words."""

from store.paper import Profile


def in_words(profile: Profile) -> str:
    """One line: name, category and the figures that are there."""
    figures = (
        ("h-index", profile.h_index, ""),
        ("papers", profile.papers, ""),
        ("citations", profile.citations, ""),
        ("novelty", profile.novelty_percent, "%"),
        ("AI score", profile.ai_score, ""),
    )
    said = [f"{what} {value:,}{unit}" for what, value, unit in figures if value is not None]
    category = f" ({profile.category})" if profile.category else ""
    return f"{profile.name}{category}: {', '.join(said)}" if said else f"{profile.name}{category}"
