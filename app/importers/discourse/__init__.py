"""Import of a Discourse community from its public JSON."""
