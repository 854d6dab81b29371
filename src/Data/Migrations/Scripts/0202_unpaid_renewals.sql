-- Which renewals were not paid when they were due, by when that was: the line of the first refused charge (kept when it is paid later) and that of a
-- suspension. Lines of renewals paid at once, by far the most, are not in it: a renewal day writes this index for nobody who has the money.
CREATE INDEX instance_activity_unpaid ON instance_activity (started_at)
    WHERE kind = 'Renew' AND (status <> 'Completed' OR completed_at - started_at > interval '5 minutes');
