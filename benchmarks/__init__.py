"""How the portal's costs compare with each other: `make bench`. Ratios within one run, never seconds."""
