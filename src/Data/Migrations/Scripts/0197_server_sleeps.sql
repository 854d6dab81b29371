-- When servers of closed accounts fell asleep: of others their notices say it, which go with the account (ADR 40).
CREATE TABLE server_sleeps
(
    instance uuid        NOT NULL,
    since    timestamptz NOT NULL,
    PRIMARY KEY (instance, since)
);
