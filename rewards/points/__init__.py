"""What people earn: dated earning policies, lots that become available and expire, debt."""
