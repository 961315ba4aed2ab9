"""What operators see and turn: health, the outbox, people, settings."""
