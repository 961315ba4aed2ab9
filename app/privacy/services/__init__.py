"""What changes details, asks and grants. Who may ask in a case, and on which page, `cases` says."""
