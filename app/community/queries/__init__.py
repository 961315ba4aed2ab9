"""Reading the community. Every read names its viewer; visibility is written once, in visibility.py."""
