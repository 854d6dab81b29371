-- Provider permits in slots of five seconds instead of calendar minutes: the provider's windows slide, and two full calendar minutes side
-- by side would be 460 calls within a few seconds. Time is the database's own real time, so that silos whose clocks differ share one window.

-- One row per account: its lock makes all takers queue. `blocked_until`: the provider said 429, nobody calls before.
CREATE TABLE provider_windows
(
    account       text COLLATE "C" NOT NULL PRIMARY KEY,
    blocked_until timestamptz      NULL
) WITH (fillfactor = 50);

-- Calls taken by one use in one slot (unix seconds / 5). A row with taken = 0 says that it asked in vain: its share is then kept for it.
CREATE TABLE provider_permits
(
    account text COLLATE "C" NOT NULL,
    slot    bigint           NOT NULL,
    share   smallint         NOT NULL,
    taken   int              NOT NULL CHECK (taken >= 0),
    PRIMARY KEY (account, slot, share)
) WITH (fillfactor = 50);

-- What the last hour spent stays spent.
INSERT INTO provider_permits (account, slot, share, taken) SELECT account, minute * 12 + 11, 0, taken FROM provider_budget;
DROP TABLE provider_budget;
