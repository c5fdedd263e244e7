"""The papers of the library: their list, one in full, merging and splitting, adding files."""
