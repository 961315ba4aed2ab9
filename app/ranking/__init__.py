"""Decide which provider adds the most value to a request: pure mathematics on numpy and scipy.

Nothing of ours is imported here, and nothing here knows Flask or the database. Time and chance come in as arguments.
The order to read: events, state, features, model, value, rank, exploration, reasons; then fit and evaluate.
"""
