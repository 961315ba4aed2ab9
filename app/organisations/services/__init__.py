"""What people do with organisations: take a seat, keep one, let others act."""
