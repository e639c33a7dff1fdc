from portal.privacy.declarations import plain

plain(
    "centres.DisplayItem",
    "centre spot place kind title text put_up_on interval_days review_due taken_down_on",
    by="responsible",
)
plain("centres.DisplayReview", "item reviewed_at due_before due_after undone_at", by="reviewed_by")
