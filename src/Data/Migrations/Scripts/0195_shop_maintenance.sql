-- The banner that customers read between two moments, without anything being stopped (ADR 58). One at a time: a new one takes its place.
CREATE TABLE shop_maintenance
(
    one        boolean     NOT NULL PRIMARY KEY DEFAULT true CHECK (one),
    message_id text        NOT NULL,
    message_en text        NOT NULL,
    from_at    timestamptz NOT NULL,
    until_at   timestamptz NOT NULL CHECK (until_at > from_at),
    reason     text        NOT NULL,  -- what colleagues read
    actor_id   uuid        NOT NULL,
    set_at     timestamptz NOT NULL
);
