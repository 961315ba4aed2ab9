"""Notices: who is told what, in the product and by mail, and how often. Nobody is told of her own acts."""
