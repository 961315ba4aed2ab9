"""The operators' pages, one file per subject."""
