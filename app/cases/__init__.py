"""Private requests with exactly one holder: from opening to closing, over every organisation that has a part in it."""
