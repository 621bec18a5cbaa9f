"""The pages for people, rendered here; they call the same verbs and reads as the JSON routes."""
