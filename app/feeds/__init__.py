"""What machines read: feeds, site maps, structured data, and the files that stand at fixed addresses."""
