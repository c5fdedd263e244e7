"""One module a kind of report, each with ``outline(library, scope, request) -> Outline``."""
