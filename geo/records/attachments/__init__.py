"""Photos and documents of records: what is accepted, how it is stored, and what each audience gets of it."""
