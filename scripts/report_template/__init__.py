"""Creates the Word template of reports, which an agency can replace with its own."""
