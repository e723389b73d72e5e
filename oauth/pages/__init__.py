"""Pages of the protocol floor: cookie, CSRF, HTML. One page a file; none imports another."""
