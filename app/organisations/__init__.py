"""Organisations and who works for them; building the actor, because a capacity comes from a membership."""
