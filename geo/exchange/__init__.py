"""Exchange with others in the field's formats: one folder per format, or per way of taking something over."""
