"""Everybody and everything that can help: one row per capacity to help."""
