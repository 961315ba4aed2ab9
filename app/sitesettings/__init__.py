"""What operators tune while it runs: declared beside the feature, stored only where it differs from the default."""
