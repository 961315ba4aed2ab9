"""Forms of the knowledge base."""
