"""The report of a period as documents: Word, Excel, PDF, a page, and texts for machines, with maps and charts."""
