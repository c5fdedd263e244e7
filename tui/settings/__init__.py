"""The form of settings: models, how answers are made, colours."""
