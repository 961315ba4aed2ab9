"""Facts about cases."""
