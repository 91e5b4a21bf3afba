"""Every standard word: when it holds, what it selects, what it brings about."""
