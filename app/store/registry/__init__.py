"""SQL of the registry: unit blocks, retirements and the carbon book."""
