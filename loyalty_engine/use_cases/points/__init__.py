"""A member's points: booked, corrected by hand, ended, renewed, looked up."""
