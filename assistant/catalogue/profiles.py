"""What author listings say of their authors, in words."""

from store.paper import Profile


def describe_profile(profile: Profile) -> str:
    """Describe the author of a listing in one line: name, category and the figures that are there."""
    figures = (
        ("h-index", profile.h_index, ""),
        ("papers", profile.papers, ""),
        ("citations", profile.citations, ""),
        ("novelty", profile.novelty_percent, "%"),
        ("AI score", profile.ai_score, ""),
    )
    parts = [f"{what} {value:,}{unit}" for what, value, unit in figures if value is not None]
    category = f" ({profile.category})" if profile.category else ""
    return f"{profile.name}{category}: {', '.join(parts)}" if parts else f"{profile.name}{category}"
