-- Which living servers a customer has, counted where two orders at once cannot overtake each other; one row from the order's hold to the end.
CREATE TABLE server_places
(
    instance uuid NOT NULL PRIMARY KEY,
    owner    uuid NOT NULL
);
CREATE INDEX server_places_owner ON server_places (owner);
INSERT INTO server_places (instance, owner) SELECT DISTINCT instance, owner FROM server_names ON CONFLICT DO NOTHING;

-- What was spent on new servers, bigger plans and restored servers. Asked about for a day, kept for two.
CREATE TABLE limit_spends
(
    operation text COLLATE "C" NOT NULL PRIMARY KEY,
    owner     uuid             NOT NULL,
    amount    bigint           NOT NULL CHECK (amount >= 0),
    taken_at  timestamptz      NOT NULL   -- business time
);
CREATE INDEX limit_spends_owner ON limit_spends (owner, taken_at);

-- An admin's own figures for one customer; null leaves a figure to the rule. No row: all of them.
CREATE TABLE limit_overrides
(
    user_id       uuid        NOT NULL PRIMARY KEY,
    servers       int         NULL CHECK (servers >= 0),
    vcpus         int         NULL CHECK (vcpus >= 0),
    spend_per_day bigint      NULL CHECK (spend_per_day >= 0),
    reason        text        NOT NULL,
    actor_id      uuid        NOT NULL,
    since         timestamptz NOT NULL
);

-- Takes a place and a spending, or says which limit is in the way. One at a time per customer: a count under READ COMMITTED does not see what
-- another is about to commit. The same operation again takes nothing more.
CREATE FUNCTION limit_take(whose uuid, what text, server uuid, idr bigint, at timestamptz, most_servers int, most_idr bigint) RETURNS text
    LANGUAGE plpgsql
AS $body$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('limits:' || whose, 0));
    IF server IS NOT NULL AND NOT EXISTS (SELECT FROM server_places WHERE instance = server)
        AND (SELECT count(*) FROM server_places WHERE owner = whose) >= most_servers THEN
        RETURN 'Servers';
    END IF;
    IF idr > 0 AND NOT EXISTS (SELECT FROM limit_spends WHERE operation = what)
        AND idr > most_idr - (SELECT coalesce(sum(amount), 0) FROM limit_spends WHERE owner = whose AND taken_at > at - interval '1 day') THEN
        RETURN 'SpendPerDay';
    END IF;
    DELETE FROM limit_spends WHERE owner = whose AND taken_at <= at - interval '2 days';
    IF server IS NOT NULL THEN
        INSERT INTO server_places (instance, owner) VALUES (server, whose) ON CONFLICT DO NOTHING;
    END IF;
    INSERT INTO limit_spends (operation, owner, amount, taken_at) VALUES (what, whose, greatest(idr, 0), at) ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$body$;
