-- What is told to very many at once stands behind whatever somebody may be waiting for: a link to a new password behind a hundred thousand renewals
-- would be of no use any more. A release before this one writes false, and takes by time alone. Nobody is to stand behind this in a queue for the table, for
-- longer than a moment.
DO $$
BEGIN
    SET LOCAL lock_timeout = '500ms';
    FOR attempt IN 1..60 LOOP
        BEGIN
            ALTER TABLE notice_deliveries ADD COLUMN IF NOT EXISTS bulk boolean NOT NULL DEFAULT false;
            RETURN;
        EXCEPTION WHEN lock_not_available THEN
            PERFORM pg_sleep(0.5);
        END;
    END LOOP;
    RAISE EXCEPTION 'notice_deliveries was never free: end what holds it (a dump, a report), and migrate again';
END
$$;
