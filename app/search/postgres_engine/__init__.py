"""The search engine of installations on PostgreSQL: its own full text, one index for all web processes and machines."""
