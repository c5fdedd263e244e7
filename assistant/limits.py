"""How much a caller may hand in at once; longer input is refused with an InputError."""

# What a person can have meant; far longer input is a file pasted by mistake. Chosen by hand.
MAX_CHARACTERS = 100_000
"""Of a question, in characters."""

# Far more than any thesis has; longer files are data. Chosen by hand.
MAX_BYTES = 5_000_000
"""Of a draft, in bytes."""
