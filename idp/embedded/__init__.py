"""PostgreSQL and Valkey out of wheels, for trying Signet, for one small host and for the tests."""
