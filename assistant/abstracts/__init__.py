"""What abstracts state: their sentences as they are looked at for a value, and how many were studied."""
