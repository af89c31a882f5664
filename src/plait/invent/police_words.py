"""The force's own words for everything, and the maps that lead from them to our codes."""

from plait.declare.maps import FileMap
from plait.invent.sending import column_map

SEX = {"Male": "M", "Female": "F", "Unknown": "U"}
ETHNICITY = {
    "W1": "WBRI", "W2": "WIRI", "W3": "WROM", "W9": "WOTH", "M1": "MWBC", "M2": "MWBA", "M3": "MWAS", "M9": "MOTH", "A1": "AIND",
    "A2": "APKN", "A3": "ABAN", "A9": "AOTH", "B1": "BCRB", "B2": "BAFR", "B9": "BOTH", "O1": "CHNE", "O9": "OOTH", "NS": "NOBT",
}  # fmt: skip
KINDS = {
    "Crime": "offence", "Arrest": "arrest", "Stop/Search": "stop_search", "Misper - home": "missing_home",
    "Misper - care": "missing_care", "Absent - care": "away_unauthorised", "Intel report": "intelligence",
    "CAWN": "warning_notice", "NRM referral": "nrm_referral", "County line closed": "county_line_closed",
    "Cuckooed address": "cuckooed_address",
    "Disruption": "disruption",
}  # fmt: skip
CLASSES = {
    "CSE flagged crime": "cse_flagged", "CCE flagged crime": "cce_flagged", "Sexual offence": "sexual_offence",
    "Violence against the person": "violence", "Offensive weapon": "weapons", "PWITS / supply": "drug_supply",
    "Possession of drugs": "drug_possession", "Robbery": "robbery", "Theft": "theft", "Other crime": "other_offence",
    "NRM - criminal": "criminal", "NRM - sexual": "sexual", "Civil order": "civil_order", "Enforcement visit": "enforcement",
    "Premises licence": "licensing", "Place action": "place",
}  # fmt: skip
RESULTS = {
    "Charge/summons": "charged", "Community resolution": "oc_informal", "Youth caution": "oc_formal", "Outcome 22": "diversion",
    "Evid diff - vic supports": "evidential_victim_supports",
    "Evid diff - vic does not support": "evidential_victim_does_not_support",
    "No suspect": "no_suspect", "Under investigation": "not_yet", "Found out of force": "found_out_of_area",
    "Found in force": "found_in_area", "Vulnerability response": "safeguarding_response", "Nil": "none", "RG pending": "pending",
}  # fmt: skip
PARTS = {"Victim": "harmed", "Suspect": "causing_harm", "Vic and susp": "both"}
STRANDS = {
    "CSE": "CSE", "CCE": "CCE", "County lines": "CCE-COUNTY-LINES", "MSHT": "TRAFFICKING-MS", "Gangs or SYV": "SYV",
    "Online": "ONLINE", "Not stated": "UNSPECIFIED",
}  # fmt: skip
STATUS = {"Concern": "concern", "Suspected": "suspected", "Confirmed": "known_harm"}
RAISED_BY = {
    "Officer": "6",
    "Parent/carer": "1A",
    "School": "2A",
    "Council": "5A",
    "Member of public": "1D",
    "Anonymous": "9",
}
PLACES = {
    "Street or park": "park_street", "Dwelling - victim": "home_of_child", "Dwelling - suspect": "home_of_exploiter",
    "Internet": "online", "Hotel": "hotel", "Takeaway": "takeaway", "Bus or rail": "transport", "Shopping area": "shopping",
}  # fmt: skip

PEOPLE = FileMap(
    id="police-nominals",
    dataset="people",
    columns=(
        column_map("person", "Nominal Ref"),
        column_map("family_name", "Surname"),
        column_map("given_name", "Forename"),
        column_map("aliases", "AKA"),
        column_map("date_of_birth", "DOB", dates="dmy"),
        column_map("sex", "Gender", SEX),
        column_map("ethnicity", "Self-defined ethnicity", ETHNICITY),
        column_map("postcode", "Home postcode"),
        column_map("postcode_from", "At address from", dates="dmy"),
        column_map("postcode_to", "At address to", dates="dmy"),
    ),
)
OCCURRENCES = FileMap(
    id="police-occurrences",
    dataset="events",
    columns=(
        column_map("event", "Occurrence No"),
        column_map("person", "Nominal Ref"),
        column_map("type", "Record type", KINDS),
        column_map("detail", "Classification", CLASSES),
        column_map("started_on", "Date from", dates="dmy"),
        column_map("ended_on", "Date to", dates="dmy"),
        column_map("outcome", "Result", RESULTS),
        column_map("role", "Involvement", PARTS),
        column_map("harms", "CE flags", STRANDS, parted_by="/"),
        column_map("incident_postcode", "Location postcode"),
    ),
    ignored=("Beat",),
)
NOTICES = FileMap(
    id="police-vulnerability-notices",
    dataset="concerns",
    columns=(
        column_map("concern", "Notice No"),
        column_map("person", "Nominal Ref"),
        column_map("recorded_on", "Submitted", dates="dmy"),
        column_map("harms", "CE strand", STRANDS, parted_by="/"),
        column_map("status", "Assessed as", STATUS),
        column_map("role", "Subject is", PARTS),
        column_map("source", "Raised by", RAISED_BY),
        column_map("setting", "Where", PLACES, parted_by="/"),
        column_map("incident_postcode", "Location postcode"),
        column_map("flag_from", "Marker on", dates="dmy"),
        column_map("flag_to", "Marker off", dates="dmy"),
    ),
)
