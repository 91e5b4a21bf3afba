"""Rule files to rules: texts read, every fault told with its place."""
