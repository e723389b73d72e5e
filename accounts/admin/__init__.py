"""The administration: Django admin behind Signet's own login."""
