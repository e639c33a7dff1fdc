from portal.privacy.declarations import plain

plain("grids.Grid", "path depth numchild level kind code name short_name theme phone address is_active")
plain("grids.Boundary", "grid shape changed_at")
