-- Droplets at the provider that are not simply owned or in flight, and servers of ours that are not there: found by the sweeps, shown to
-- admins. A row is resolved when the next sweep does not find it odd any more; it stays as the record of what was.
CREATE TABLE provider_drift
(
    account       text COLLATE "C" NOT NULL,
    droplet_id    bigint           NOT NULL,
    kind          text COLLATE "C" NOT NULL,
    instance      uuid             NULL,
    name          text             NOT NULL,
    created_at    timestamptz      NULL,
    first_seen_at timestamptz      NOT NULL,
    last_seen_at  timestamptz      NOT NULL,
    resolved_at   timestamptz      NULL,
    outcome       text COLLATE "C" NULL,
    PRIMARY KEY (account, droplet_id)
);
CREATE INDEX provider_drift_open ON provider_drift (first_seen_at DESC, account, droplet_id) WHERE resolved_at IS NULL;
