"""Communities from elsewhere become ours: a community archive, and the demo community written by us."""
