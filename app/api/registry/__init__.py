"""The public registry: what was bundled, issued, handed on and retired."""
