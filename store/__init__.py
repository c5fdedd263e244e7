"""Papers: read from files, kept in Chroma, searched."""
