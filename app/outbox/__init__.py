"""Long or late work: started in the caller's transaction, handed to a worker, tried until it ends.

Tasks are machinery, not verbs: ``start_task`` is what verbs call, ``attempt`` what a worker does
with a task, ``handover`` how a task comes to a worker.
"""
