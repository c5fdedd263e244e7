"""Small modal screens: each asks one thing and is dismissed with the answer, None for no answer."""
