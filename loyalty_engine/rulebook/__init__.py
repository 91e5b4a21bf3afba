"""From the text of a rule file to a decision: pure."""
