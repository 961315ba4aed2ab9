"""The embedded engine: Whoosh keeps segments, dictionary and commits; postings and scoring are arrays of ours."""
