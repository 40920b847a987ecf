"""What a member should hear of: written from the event log, shown at the bell, mailed as they chose."""
