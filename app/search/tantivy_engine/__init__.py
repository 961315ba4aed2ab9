"""The embedded engine for large communities: Tantivy keeps, scores and counts; the query and the seal are ours."""
