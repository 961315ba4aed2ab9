"""The help request: one row and one id per question or case, which everything else points to."""
