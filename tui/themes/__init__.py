"""The themes of a library, section by section, and the reports that are made of it."""
