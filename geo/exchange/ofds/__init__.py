"""The Open Fibre Data Standard 0.4: trenches as spans, network nodes and the trenches' ends as nodes.

Source of all rules: the schema and the code lists at https://standard.ofds.info/en/0__4__0/.
"""

from geo.exchange.ofds.exporting import Publication, export_network

__all__ = ["Publication", "export_network"]
