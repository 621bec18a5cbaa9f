"""What people and those who enrol them can do: take part, agree, entrust, leave."""
