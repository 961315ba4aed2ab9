"""The API for programs: the same queries and services as the pages, as JSON, under /api/v1."""
