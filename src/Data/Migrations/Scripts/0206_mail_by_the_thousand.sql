-- What is told to very many at once stands behind whatever somebody may be waiting for: a link to a new password behind a hundred thousand renewals
-- would be of no use any more. A release before this one writes false, and takes by time alone.
ALTER TABLE notice_deliveries ADD COLUMN bulk boolean NOT NULL DEFAULT false;
