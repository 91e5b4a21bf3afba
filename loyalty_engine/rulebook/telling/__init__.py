"""Rules, decisions and what is different, in sentences of each language."""
