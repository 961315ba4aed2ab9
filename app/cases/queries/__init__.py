"""Reading cases. Every read names its viewer, and only who takes part in a case finds it."""
