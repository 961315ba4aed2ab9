"""Fact in, one service call out: one file per receiving package."""
