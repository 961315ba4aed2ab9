"""The facts of the community."""
