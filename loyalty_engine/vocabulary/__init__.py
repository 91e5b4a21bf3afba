"""The standard words a rule may use, one file each."""
