"""XTrasse 2.0: trenches as an application for consent under § 127 TKG, in GML.

The elements, their order, codes and multiplicities are those of the XLeitstelle's model of XTrasse 2.0, as its package
xplan-tools 1.17.5 contains it (``model/appschema/xtrasse20.py``). ``make test-exchange`` reads what is written here by
that package. The XML schema itself was not available.
"""

from geo.exchange.xtrasse.application import Application, Kind, Written, write_application
from geo.exchange.xtrasse.trenches import Choice

__all__ = ["Application", "Choice", "Kind", "Written", "write_application"]
