"""The SQL of the market: bundles, leaves, unit blocks, trades and retirements."""
