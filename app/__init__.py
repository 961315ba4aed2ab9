"""Samen: a shared service community. Importing this imports nothing else; `app.factory` builds the application."""
