"""Routes of people: enrolment, their account, and their rights over what is kept of them."""
