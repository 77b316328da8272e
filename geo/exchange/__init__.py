"""The field's exchange formats: records written in others' words, and mappings that read them."""
