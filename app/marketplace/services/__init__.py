"""Changing the catalogue."""
