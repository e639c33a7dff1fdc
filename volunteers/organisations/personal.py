"""Units and totals, never members (guardrail 4)."""

from portal.privacy.declarations import plain

plain("volunteers.PartyUnit", "grid parent level kind name member_total")
plain("volunteers.PartnerUnit", "organisation level since")
plain("volunteers.SocialOrg", "organisation stage does since")
