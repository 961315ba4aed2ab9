"""Questions and answers: the pattern for the other packages, with every room."""
