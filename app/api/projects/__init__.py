"""Routes of projects: the chain beside the people's, from an application on."""
