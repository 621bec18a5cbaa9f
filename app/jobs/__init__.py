"""Work that is long or late: relay (outbox to RQ), tasks, schedule, worker."""
