"""XPlanung's codes of zoning and of a plan's legal state. They are the same in all versions from 4.1 to 6.1."""

from geo.records.layers.layer import Text

COMMERCIAL = {"1500": "MI", "1550": "MU", "1600": "MK", "1700": "GE", "1800": "GI", "2100": "SO", "4000": "SO"}
"""XP_BesondereArtDerBaulNutzung of the zonings that plots have."""

RESTRICTED = {("GE", "1000"): "GEe"}
"""With XP_AbweichungBauNVOTypen 1000 (a use that is generally allowed is restricted), a GE is a restricted one."""

OTHER = {
    "1000": Text("Kleinsiedlungsgebiet (WS)", "small-holding area (WS)"),
    "1100": Text("Reines Wohngebiet (WR)", "purely residential area (WR)"),
    "1200": Text("Allgemeines Wohngebiet (WA)", "general residential area (WA)"),
    "1300": Text("Besonderes Wohngebiet (WB)", "special residential area (WB)"),
    "1400": Text("Dorfgebiet (MD)", "village area (MD)"),
    "1450": Text("Dörfliches Wohngebiet (MDW)", "village residential area (MDW)"),
    "2000": Text("Sondergebiet Erholung", "special area for recreation"),
    "3000": Text("Wochenendhausgebiet", "weekend-house area"),
    "9999": Text("Sonstiges Gebiet", "other area"),
}
"""Those that plots do not have."""

GENERAL = {"3000": "G"}
"""XP_AllgArtDerBaulNutzung in a land-use plan, if it says nothing more detailed."""

GENERAL_OTHER = {
    "1000": Text("Wohnbaufläche (W)", "residential land (W)"),
    "2000": Text("Gemischte Baufläche (M)", "mixed land (M)"),
    "4000": Text("Sonderbaufläche (S)", "special land (S)"),
    "9999": Text("Sonstige Baufläche", "other land"),
}

IN_FORCE = {"4000", "4500", "45000", "45001"}
"""XP_Rechtsstand: in force, at least in part."""
