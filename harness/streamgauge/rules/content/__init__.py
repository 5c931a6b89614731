"""What an answer says: whole characters, no leaked markup, nothing twice, as it was asked for."""
