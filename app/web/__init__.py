"""What every page shares: how a request begins and ends, forms, errors, headers, limits, language."""
