"""Tables of one's own: a row a paper, a column a question, each cell a typed value with its quote and place."""
