"""Full screens: each gets the engine, asks it, and tells its widgets what to show."""
