"""Pictures that the server draws: SVG by classes of the style sheet, without a script."""
