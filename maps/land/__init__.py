"""Documents about commercial land."""
