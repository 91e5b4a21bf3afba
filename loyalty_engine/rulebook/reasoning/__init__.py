"""What can be said of conditions and selectors without any purchase: never true, implied, both.

Sound and not complete: "never" is only said where it is certain. Words that do not tell where they
hold (see `Condition.allows`) are taken to hold anywhere that their needs let them.
"""
