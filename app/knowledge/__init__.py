"""Knowledge: articles that carry evidence, decay without it, and act on it."""
