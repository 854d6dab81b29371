-- What an admin has stopped: a row is a stop, no row is none. Read by every process every few seconds, so it stays this small.
CREATE TABLE shop_switches
(
    name       text COLLATE "C" NOT NULL PRIMARY KEY CHECK (name IN ('SALES', 'DEPOSITS', 'RENEWALS', 'SUSPENSIONS', 'TERMINATIONS')),
    message_id text             NULL,      -- what customers read; null = the panel's own words
    message_en text             NULL,
    reason     text             NOT NULL,  -- what colleagues read
    actor_id   uuid             NOT NULL,
    since      timestamptz      NOT NULL
);

-- Customers who may not sign in or order. Their money and servers stay as they are.
CREATE TABLE frozen_customers
(
    user_id  uuid        NOT NULL PRIMARY KEY,
    reason   text        NOT NULL,
    actor_id uuid        NOT NULL,
    since    timestamptz NOT NULL
);
