"""Exchange formats of the field: records written for other systems, and what those send back."""
