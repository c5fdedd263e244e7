"""The screen of papers."""
