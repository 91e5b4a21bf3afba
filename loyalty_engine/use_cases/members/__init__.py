"""Members: enrolled, shown, proved to be who they are."""
