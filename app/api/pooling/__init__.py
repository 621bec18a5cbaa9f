"""Routes of pooling: bundles, their verification and signatures, and the proof of inclusion."""
