"""The report of a period, with maps and charts, as Word, Excel, PDF, HTML, Markdown, CSV and JSON."""
