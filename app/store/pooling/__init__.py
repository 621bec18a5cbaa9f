"""SQL of pooling: bundles, their leaves, samples, reports and proofs."""
