"""Records against a library: what becomes of those that are added, what may be one paper, what a person says of it."""
