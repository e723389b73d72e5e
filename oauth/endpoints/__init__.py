"""The doors clients knock at: no cookie, no session, one endpoint a file."""
