"""Searching in a Chroma server: what is written beside each paper there, and a view that asks instead of copying."""
