-- Tables behind Orleans' ADO.NET providers. Only the names of the query rows, of their parameters and of their result columns are
-- Orleans' contract; the tables and the SQL (Queries/orleans.sql) are ours.
CREATE TABLE OrleansQuery
(
    QueryKey  varchar(64) NOT NULL PRIMARY KEY,
    QueryText text        NOT NULL
);

CREATE TABLE orleans_membership_version
(
    deployment_id varchar(150) NOT NULL PRIMARY KEY,
    version       int          NOT NULL DEFAULT 0
);

CREATE TABLE orleans_membership
(
    deployment_id  varchar(150)   NOT NULL REFERENCES orleans_membership_version,
    address        varchar(45)    NOT NULL,
    port           int            NOT NULL,
    generation     int            NOT NULL,
    silo_name      varchar(150)   NOT NULL,
    host_name      varchar(150)   NOT NULL,
    status         int            NOT NULL,
    proxy_port     int            NULL,
    suspect_times  text           NULL,
    start_time     timestamptz(3) NOT NULL,
    i_am_alive_time timestamptz(3) NOT NULL,
    CONSTRAINT orleans_membership_pkey PRIMARY KEY (deployment_id, address, port, generation)
) WITH (fillfactor = 50);

CREATE TABLE orleans_reminders
(
    service_id    varchar(150)   NOT NULL,
    grain_id      varchar(150)   NOT NULL,
    reminder_name varchar(150)   NOT NULL,
    start_time    timestamptz(3) NOT NULL,
    period_ms     bigint         NOT NULL,
    grain_hash    int            NOT NULL,
    version       int            NOT NULL,
    CONSTRAINT orleans_reminders_pkey PRIMARY KEY (service_id, grain_id, reminder_name)
);

-- Serves the range reads, which ask for what starts soon (Queries/orleans.sql says why).
CREATE INDEX orleans_reminders_soon ON orleans_reminders (service_id, start_time, grain_hash);
