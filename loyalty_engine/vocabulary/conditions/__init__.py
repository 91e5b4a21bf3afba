"""What can stand under `when`: is about the purchase, the member, the place, the time."""
