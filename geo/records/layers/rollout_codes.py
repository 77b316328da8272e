"""Code lists of the broadband rollout and the mobile network."""

from geo.records.layers.layer import codes

FUNDING = codes(
    funded=("gefördert", "funded"),
    self_financed=("eigenwirtschaftlich", "self-financed"),
)

GAP = codes(
    white=("Weiße Flecken", "White spots"),
    light_grey=("Hellgraue Flecken", "Light-grey spots"),
    dark_grey=("Dunkelgraue Flecken", "Dark-grey spots"),
)

COUNTING = codes(
    address=("Adressen", "Addresses"),
    dwelling=("Wohneinheiten", "Dwellings"),
)

PROMISE = codes(
    self_financed=("eigenwirtschaftlicher Ausbau", "self-financed rollout"),
    programme=("Ausbau in einem Ausbauprogramm", "rollout under one programme"),
    all=("aller Ausbau", "all rollout"),
)

OPERATOR = codes(
    carrier=("Festnetzbetreiber", "Fixed-network carrier"),
    mobile=("Mobilfunknetzbetreiber", "Mobile network operator"),
    tower=("Funkmastbetreiber", "Tower company"),
)

ORIGIN = codes(
    new=("Neubau", "New construction"),
    existing_duct=("Bestandsleerrohr", "Existing duct"),
    co_laid=("Mitverlegung", "Co-laying"),
)

CONSTRUCTION = codes(
    open=("offene Bauweise", "Open construction"),
    closed=("geschlossene Bauweise", "Trenchless construction"),
    overhead=("oberirdische Bauweise", "Overhead construction"),
)

METHOD = codes(
    open_trench=("Offener Graben", "Open trench"),
    press_drill=("Pressbohrverfahren", "Press drilling"),
    hdd=("Horizontalspülbohrung (HDD)", "Horizontal directional drilling (HDD)"),
    plough=("Kabelpflug", "Cable plough"),
    milling=("Fräsverfahren", "Milling"),
    trenching=("Trenching", "Trenching"),
    saw_cut=("Sägeverfahren", "Saw cut"),
    ramming=("Rammverfahren", "Ramming"),
    microtunnel=("Mikrotunnelbau", "Microtunnelling"),
    overhead=("Freileitung", "Overhead line"),
    other=("Sonstiges Verfahren", "Other method"),
)

SURFACE = codes(
    carriageway=("Fahrbahn", "Carriageway"),
    footway=("Gehweg", "Footway"),
    cycleway=("Radweg", "Cycleway"),
    verge=("Grünstreifen oder Bankett", "Verge"),
    unpaved=("unbefestigt", "Unpaved"),
    sealed=("versiegelt, ohne nähere Angabe", "Sealed, not specified"),
    unsealed=("unversiegelt, ohne nähere Angabe", "Unsealed, not specified"),
    other=("sonstige", "Other"),
)

TRENCH_STATUS = codes(
    discarded=("verworfen", "discarded"),
    laid=("verlegt", "laid"),
    under_construction=("im Bau", "under construction"),
    cleared=("kampfmittelfrei", "cleared of ordnance"),
    permitted=("Zustimmung erteilt", "permitted"),
    applied=("Zustimmung beantragt", "applied for"),
    planned=("geplant", "planned"),
)

OBSTRUCTION = codes(
    ordnance=("Kampfmittel", "Unexploded ordnance"),
    permit=("Fehlende Zustimmung oder Genehmigung", "Missing permit"),
    utility=("Fremdleitung", "Other utility"),
    weather=("Witterung", "Weather"),
    archaeology=("Bodendenkmal", "Archaeology"),
    owner=("Grundstückseigentümer", "Owner"),
    contractor=("Bauunternehmen", "Contractor"),
)

CUSTOMER = codes(
    household=("Privathaushalt", "Household"),
    company=("Unternehmen", "Company"),
    institution=("Institution", "Institution"),
)

TECHNOLOGY = codes(
    FTTH=("Glasfaser bis in die Wohnung (FTTH)", "Fibre to the home (FTTH)"),
    FTTB=("Glasfaser bis ins Gebäude (FTTB)", "Fibre to the building (FTTB)"),
    FTTC=("Glasfaser bis zum Verteilerkasten (FTTC)", "Fibre to the cabinet (FTTC)"),
    HFC=("Kabelnetz (HFC)", "Cable network (HFC)"),
)

CONNECTION_STATUS = codes(
    dropped=("entfallen", "dropped"),
    activated=("aktiviert", "activated"),
    connected=("angeschlossen", "connected"),
    prepared=("vorbereitet", "prepared"),
    passed=("anschließbar", "passed"),
    ordered=("beauftragt", "ordered"),
    eligible=("förderfähig", "eligible"),
    recorded=("erfasst", "recorded"),
)

MOBILE_STATUS = codes(
    withdrawn=("zurückgezogen", "withdrawn"),
    on_air=("in Betrieb", "on air"),
    built=("errichtet", "built"),
    permitted=("genehmigt", "permitted"),
    applied=("Bauantrag gestellt", "applied for"),
    leased=("Mietvertrag geschlossen", "leased"),
    accepted=("Standort angenommen", "accepted"),
    proposed=("Standort vorgeschlagen", "proposed"),
    received=("eingegangen", "received"),
)

CANDIDATE = codes(
    building=("Gebäude", "Building"),
    mast=("Mast", "Mast"),
    ground=("Freifläche", "Open ground"),
)

RESULT = codes(
    open=("offen", "open"),
    suitable=("geeignet", "suitable"),
    rejected=("abgelehnt", "rejected"),
)
