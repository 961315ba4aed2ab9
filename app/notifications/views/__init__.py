"""The pages of notices, one file per subject."""
