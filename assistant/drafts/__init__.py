"""A researcher's own draft, sentence by sentence, against the papers that it cites and against the library."""
