"""The deployment as a file: read YAML, see what differs, write it; and the way back, `export`.

`document` reads, `schema` and `rules` find every fault, `plan` compares with the database,
`write` makes it true in one transaction. `kinds/` has one file for each kind of object.
"""
