"""Who can help best, per request: asking, decisions, offers, outcomes."""
