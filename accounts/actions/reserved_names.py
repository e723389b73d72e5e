"""Names under which others would take a stranger for the house."""

RESERVED = frozenset(
    {
        "abuse", "admin", "administrator", "help", "hostmaster", "info", "mail", "noreply",
        "postmaster", "root", "security", "service", "signet", "staff", "support", "system",
        "webmaster",
    }
)  # fmt: skip
