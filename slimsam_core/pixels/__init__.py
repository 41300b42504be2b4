"""Pictures and masks as arrays, and the frame that points live in."""
