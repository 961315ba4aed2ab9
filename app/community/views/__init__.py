"""The pages of the community, one file per subject."""
