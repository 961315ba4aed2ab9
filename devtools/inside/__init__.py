"""Programs that ./dev starts with the virtual environment's Python; these may import its packages and the app."""
