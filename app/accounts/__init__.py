"""People and how they sign in: sign-up, confirmation, sessions, passwords, profile, tokens."""
