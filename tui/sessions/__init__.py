"""The screen of sessions."""
