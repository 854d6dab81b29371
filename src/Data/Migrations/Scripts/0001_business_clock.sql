-- Business time. In production the row stays (1, 0, 0) for ever and the application role cannot change it; in the sandbox the
-- control service moves it forward. business_now() is the only place where SQL's own now() may be used (design §10).
CREATE TABLE business_clock
(
    id        int    NOT NULL PRIMARY KEY CHECK (id = 1),
    offset_ms bigint NOT NULL CHECK (offset_ms >= 0),
    version   bigint NOT NULL
);

INSERT INTO business_clock (id, offset_ms, version) VALUES (1, 0, 0);

-- Which version of the clock each process has worked off: the control service answers a move when all of them have.
CREATE TABLE business_clock_seen
(
    process text        NOT NULL PRIMARY KEY,
    version bigint      NOT NULL,
    seen_at timestamptz NOT NULL
);

CREATE FUNCTION business_now() RETURNS timestamptz
    LANGUAGE sql STABLE PARALLEL SAFE
AS $body$
    SELECT now() + c.offset_ms * interval '1 millisecond' FROM business_clock c WHERE c.id = 1
$body$;
