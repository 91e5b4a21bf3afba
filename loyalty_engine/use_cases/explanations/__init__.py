"""Why a purchase came out so, or would: every rule with its reason."""
