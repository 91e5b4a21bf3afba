"""From rule files to rulebooks and decisions."""
