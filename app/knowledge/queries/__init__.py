"""Reading articles and what is known about them."""
