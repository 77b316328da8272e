"""The overview map as one HTML file that opens anywhere, with no network."""
