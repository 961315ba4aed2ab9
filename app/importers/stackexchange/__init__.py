"""Import of a Stack Exchange community from its published dump."""
