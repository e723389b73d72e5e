"""A real Chromium against Signet and the demo applications."""
