"""What is derived from the Chroma collection to search it: a tantivy index and a file of vectors."""
