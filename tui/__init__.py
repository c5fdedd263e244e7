"""The terminal chat. ``run`` starts it; screens know the engine, widgets do not."""
