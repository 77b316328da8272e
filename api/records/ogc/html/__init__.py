"""The HTML representation of the resources, for use in a browser."""
