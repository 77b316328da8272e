"""Documents about land."""
