"""Pictures of a report: timeline of themes, map of papers, papers × themes; each with a text that tells its numbers."""
