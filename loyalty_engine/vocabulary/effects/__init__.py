"""What can stand under `then`: says what comes of it."""
