from portal.privacy.declarations import plain

plain("grids.Grid", "path depth numchild level kind code name short_name theme phone address is_active")
plain("grids.Boundary", "grid shape changed_at")
plain("grids.GridChange", "kind grid grids plan on reason state why done_at", by="asked_by")
plain("grids.GridLineage", "change old new on")
