"""Where facts and guards of plugins run: one helper process beside each worker, cut off in time."""
