"""Routes of complaints."""
