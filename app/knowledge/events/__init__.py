"""Facts about articles."""
