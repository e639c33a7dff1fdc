from portal.privacy.declarations import plain

# contact: the office behind the other program, not a person's own.
plain("petitions.Open311Key", "name contact grid digest tail is_active")
plain("petitions.Open311Filing", "key case external_id digest promised_at")
