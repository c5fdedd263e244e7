"""Saved conversations: their list, the turns of one, and what can be done with it."""
