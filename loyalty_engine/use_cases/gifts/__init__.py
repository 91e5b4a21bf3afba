"""Points that members give each other."""
