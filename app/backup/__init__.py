"""Backups: one file that holds all rows and all files, is proved to be whole, and goes into either database."""
