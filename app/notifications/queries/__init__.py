"""Reading notices: one's own, and of those only the ones about requests one may see now."""
