"""The catalogue as pages: every rule in Chinese and English, and what it still lacks."""
