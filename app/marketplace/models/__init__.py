"""Rows of the catalogue, of quotes and of agreements."""
