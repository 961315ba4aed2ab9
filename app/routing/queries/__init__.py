"""Reading offers and decisions. Every read names its viewer; what she may not see is absent."""
