"""What people do, and what it saves: methodologies as data, quantified exactly."""
