"""The tables of the community, one file per noun."""
