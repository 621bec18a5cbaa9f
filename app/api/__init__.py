"""The JSON routes: one folder for each subject; they call verbs and reads, and never the store."""
