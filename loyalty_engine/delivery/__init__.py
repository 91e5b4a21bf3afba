"""What happened, told to plugins and other systems after the commit."""
