"""Members who bring friends, and what tells that two accounts are one person's."""
