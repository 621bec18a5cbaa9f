"""Units are listed, ordered, paid and delivered; proceeds are shared by rule."""
