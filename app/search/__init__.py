"""Finding what is already answered: the query language, the engines behind one interface, the search pages."""
