"""A user agent, a relying party and running servers for tests that only speak HTTP."""
