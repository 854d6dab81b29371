-- notice_deliveries_turn serves instead. As in 0206 nobody stands behind this for long; left there it costs a little of each notice.
DO $$
BEGIN
    SET LOCAL lock_timeout = '500ms';
    FOR attempt IN 1..60 LOOP
        BEGIN
            DROP INDEX IF EXISTS notice_deliveries_due;
            RETURN;
        EXCEPTION WHEN lock_not_available THEN
            PERFORM pg_sleep(0.5);
        END;
    END LOOP;
    RAISE WARNING 'notice_deliveries_due stays: the table was never free';
END
$$;
