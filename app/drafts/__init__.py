"""What people write and have not sent yet: kept from the second second after typing, for their eyes only."""
