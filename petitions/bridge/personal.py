"""What comes from 12345 becomes a case; who reported it stands there. Here: the other system's number and its state."""

from portal.privacy.declarations import plain

plain(
    "petitions.ExternalSystem",
    "code name kind grid default_category token_hash answer_url pull_url secret_box state_codes is_active cursor "
    "pulled_at pull_claimed_at pull_error",
)
plain("petitions.CategoryMapping", "system external_code category")
plain(
    "petitions.ExternalTicket",
    "system external_id body_hash via case external_category category_unknown reported_at external_due_at received_at",
)
plain(
    "petitions.InboundProblem",
    "system kind via external_id ticket body_hash detail at settled_at",
    by="settled_by",
)
# payload: the state and the answer that the reporter is given; no name and no telephone.
plain(
    "petitions.OutboundUpdate",
    "key ticket sequence event state payload stage attempt limit edition sent_hash claimed_at started_at sent_at "
    "last_error given_up_why",
    by="given_up_by",
)
