"""Commands of the importers. They ask the services; what they print is for the person at the keyboard."""
