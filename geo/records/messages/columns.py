"""What the columns of constraints are: which follow each other, which lie in the future, what they refer to."""

ORDERS = {
    "inquiries_lifecycle_order": ("received_on", "closed_on"),
    "transactions_lifecycle_order": ("agreed_on", "notarised_on", "handed_over_on"),
    "settlements_lifecycle_order": ("settled_on", "left_on"),
    "measures_lifecycle_order": ("started_on", "done_on"),
    "clusters_lifecycle_order": ("created_on", "ended_on"),
    "programmes_lifecycle_order": ("started_on", "ended_on"),
    "trenches_construction_order": ("planned_on", "started_on", "laid_on", "accepted_on"),
    "trenches_consent_order": ("applied_on", "complete_on", "permitted_on"),
    "trenches_ordnance_order": ("sounding_requested_on", "cleared_on"),
    "connections_construction_order": ("passed_on", "prepared_on", "connected_on", "activated_on"),
    "obstructions_interval_order": ("from_on", "until_on"),
    "former_districts_validity_order": ("valid_from", "valid_until"),
    "network_nodes_lifecycle_order": ("built_on", "in_service_on", "removed_on"),
    "ducts_lifecycle_order": ("built_on", "in_service_on", "removed_on"),
    "cables_lifecycle_order": ("built_on", "in_service_on", "removed_on"),
}
"""The dates of each lifecycle, none of which may be later than the next."""

PLAN_DATES = {
    "available_from",
    "deadline_on",
    "due_on",
    "ends_on",
    "expires_on",
    "extended_until",
    "needed_by",
    "until_on",
}
"""Dates that may be in the future, in any table."""

PLAN_DATES_OF = {"letters_of_intent": {"ended_on"}, "programmes": {"ended_on"}}
"""Dates that may be in the future in one table only."""

TARGETS_OF = {
    "bucket": "stored_objects",
    "cluster": "clusters",
    "connection": "connections",
    "contact_person": "contacts",
    "delivery": "deliveries",
    "indicator": "manual_indicators",
    "industrial_area": "industrial_areas",
    "inquiry": "inquiries",
    "letter": "letters_of_intent",
    "mobile_request": "mobile_requests",
    "operator": "operators",
    "parent_key": "districts",
    "party": "parties",
    "plot": "plots",
    "programme": "programmes",
    "property": "properties",
    "request": "mobile_requests",
    "served_by": "network_nodes",
    "sha256": "attachment_contents",
    "trench": "trenches",
}
"""The table to which a reference of that name points."""

TO_THEIR_OWN = {"duplicate_of", "predecessor", "successor"}
"""The references to another record of the same table."""
