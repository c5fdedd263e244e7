"""Language models: connecting to them, what they cost, and what went wrong with them. Loads nothing heavy."""
