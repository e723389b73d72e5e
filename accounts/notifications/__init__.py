"""Messages to people: written in the outbox, delivered by the worker."""
