-- Names of a customer's living servers. The primary key is the rule: no two living servers of one owner share a name, whatever is
-- clicked at once. `name` is lower case: host names do not know case.
CREATE TABLE server_names
(
    owner    uuid             NOT NULL,
    name     text COLLATE "C" NOT NULL,
    instance uuid             NOT NULL,
    PRIMARY KEY (owner, name)
);
CREATE INDEX server_names_instance ON server_names (instance);

-- Who did what to a server, when, and how it ended. Written from the droplet's own outbox, so a row may be written twice; it never goes
-- back from an end to running.
CREATE TABLE instance_activity
(
    instance     uuid             NOT NULL,
    action_id    text COLLATE "C" NOT NULL,
    kind         text COLLATE "C" NOT NULL,
    status       text COLLATE "C" NOT NULL,
    started_at   timestamptz      NOT NULL,
    completed_at timestamptz      NULL,
    actor        text             NOT NULL,
    message      text             NULL,
    PRIMARY KEY (instance, action_id)
);
CREATE INDEX instance_activity_newest ON instance_activity (instance, started_at DESC, action_id DESC);
