"""Pages for people, one a file: the form, the view, no rules."""
