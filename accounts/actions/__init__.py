"""Stories across models, a verb a file: keyword arguments, one transaction, audit inside."""
