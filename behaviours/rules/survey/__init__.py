"""Rules of projects: what is measured in a period over strata, plots, meters and years."""
