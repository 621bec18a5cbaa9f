"""The console: desks of those who act for the programme, as pages."""
