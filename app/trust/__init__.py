"""Standing: what a person may do because of how she behaved. The rest of trust comes with moderation."""
