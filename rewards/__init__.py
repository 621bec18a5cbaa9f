"""What a reduction earns: points for people, units for enterprises."""
