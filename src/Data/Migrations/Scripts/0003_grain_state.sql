-- Every other grain's state: one row per (state name, grain key). The four list columns are set by the write statement itself from the
-- payload's `list` object, so that a list and its grain cannot disagree. No index, predicate or generated column may mention `payload`:
-- one expression index would cost every type in the table its HOT updates (a test reads pg_index).
-- The key check refuses bare keys: AdoNet storage normalises whatever reads as hexadecimal (dotnet/orleans#9706).
CREATE TABLE grain_state
(
    state   text COLLATE "C" NOT NULL,
    key     text COLLATE "C" NOT NULL,
    owner   text COLLATE "C" NULL,
    status  text COLLATE "C" NULL,
    due_at  bigint           NULL,      -- unix ms
    sort_at bigint           NULL,      -- unix ms
    version int              NOT NULL,
    payload jsonb            NULL,      -- null = cleared; rows are never deleted
    CONSTRAINT grain_state_pkey PRIMARY KEY (state, key),
    CONSTRAINT grain_state_key_is_prefixed CHECK (key ~ '^[a-z][a-z0-9-]*:.')
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);

CREATE INDEX grain_state_by_owner ON grain_state (state, owner, sort_at DESC, key DESC) WHERE owner IS NOT NULL;
CREATE INDEX grain_state_by_status ON grain_state (state, status, sort_at DESC, key DESC) WHERE status IS NOT NULL;
CREATE INDEX grain_state_by_due ON grain_state (state, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX grain_state_by_sort ON grain_state (state, sort_at DESC, key DESC) WHERE sort_at IS NOT NULL;
