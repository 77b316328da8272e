"""Code lists of the passive network: nodes, ducts and cables."""

from geo.records.layers.layer import codes

NODE = codes(
    pop=("Hauptverteiler (PoP)", "Point of presence (PoP)"),
    distributor=("Glasfaserverteiler", "Fibre distributor"),
    chamber=("Kabelschacht", "Cable chamber"),
    other=("sonstiger Netzknoten", "Other node"),
)

PART_ORIGIN = codes(
    new=("Neubau", "New construction"),
    existing=("Bestand", "Existing"),
)

COLLOCATION = codes(
    none=("keine Kollokation", "No collocation"),
    shared=("mit anderen Anbietern", "Shared with other providers"),
)

PART_STATUS = codes(
    removed=("zurückgebaut", "removed"),
    in_service=("in Betrieb", "in service"),
    built=("vorhanden", "built"),
    planned=("geplant", "planned"),
)

DUCT = codes(
    conduit=("Kabelschutzrohr (KSR)", "Conduit"),
    conduit_dn32=("Kabelschutzrohr DN 32", "Conduit DN 32"),
    conduit_dn40=("Kabelschutzrohr DN 40", "Conduit DN 40"),
    conduit_dn50=("Kabelschutzrohr DN 50", "Conduit DN 50"),
    conduit_dn100=("Kabelschutzrohr DN 100", "Conduit DN 100"),
    single_7_4=("Einzelrohr 7/4", "Single microduct 7/4"),
    single_10_6=("Einzelrohr 10/6", "Single microduct 10/6"),
    single_12_8=("Einzelrohr 12/8", "Single microduct 12/8"),
    single_14_10=("Einzelrohr 14/10", "Single microduct 14/10"),
    single_16_12=("Einzelrohr 16/12", "Single microduct 16/12"),
    bundle_7_4=("Rohrverband 7/4", "Microduct bundle 7/4"),
    bundle_10_6=("Rohrverband 10/6", "Microduct bundle 10/6"),
    bundle_12_8=("Rohrverband 12/8", "Microduct bundle 12/8"),
    bundle_14_10=("Rohrverband 14/10", "Microduct bundle 14/10"),
    bundle_16_12=("Rohrverband 16/12", "Microduct bundle 16/12"),
    bundle_20_15=("Rohrverband 20/15", "Microduct bundle 20/15"),
    mr4=("Mehrfachrohr MR4 (2 × 40/32 und 2 × 32/28)", "Multiple duct MR4 (2 × 40/32 and 2 × 32/28)"),
    other=("sonstiges Rohr", "Other duct"),
)
"""Microducts by their outer and inner diameter in mm."""

CABLE = codes(
    fibre_6=("Glasfaserkabel mit 6 Fasern", "Cable of 6 fibres"),
    fibre_12=("Glasfaserkabel mit 12 Fasern", "Cable of 12 fibres"),
    fibre_24=("Glasfaserkabel mit 24 Fasern", "Cable of 24 fibres"),
    fibre_48=("Glasfaserkabel mit 48 Fasern", "Cable of 48 fibres"),
    fibre_72=("Glasfaserkabel mit 72 Fasern", "Cable of 72 fibres"),
    fibre_96=("Glasfaserkabel mit 96 Fasern", "Cable of 96 fibres"),
    fibre_144=("Glasfaserkabel mit 144 Fasern", "Cable of 144 fibres"),
    fibre_288=("Glasfaserkabel mit 288 Fasern", "Cable of 288 fibres"),
    other=("sonstiges Kabel", "Other cable"),
)
