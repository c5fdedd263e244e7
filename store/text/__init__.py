"""Text of a record: cleaned, and cut into sentences."""
