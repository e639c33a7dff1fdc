from portal.privacy.declarations import plain

plain("petitions.Checklist", "family version name why grid category is_active replaced_at", by="made_by")
plain("petitions.ChecklistItem", "checklist order text")
plain("petitions.Inspection", "version state checklist grid due_at started_at ended_at", by="started_by")
plain("petitions.Inspection_team", "inspection", by="user")
plain(
    "petitions.InspectionRecord",
    "version from_state event to_state actor_role at reason data subject",
    by="actor",
)
plain("petitions.InspectionPlace", "inspection building label order")
plain("petitions.InspectionResult", "place item found note case at", by="by")
