"""Facts and what follows from them: recorded with the change they tell of, delivered by the worker."""
