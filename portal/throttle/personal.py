from portal.privacy.declarations import plain

# The key is what is tried and a keyed hash of who tries; it is gone with its window.
plain("portal.Tries", "key count until")
