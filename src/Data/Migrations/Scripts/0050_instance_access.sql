-- How Webrana enters a customer's server: one row per installation of it (generation), written by the droplet grain alone. Private key and
-- passwords are encrypted by the Data Protection key ring before they come here (ADR 13). Rows are deleted with their server.
CREATE TABLE instance_access
(
    instance       uuid        NOT NULL,
    generation     int         NOT NULL,
    public_key     text        NOT NULL,
    private_key    bytea       NOT NULL,
    -- The root password as long as nobody has seen it, and shortly after: NULL once it is forgotten.
    password       bytea       NULL,
    revealed_by    text        NULL,
    revealed_at    timestamptz NULL,
    -- A password that a reset is setting; it becomes the password when the server took it.
    next_password  bytea       NULL,
    next_operation text        NULL,
    -- Pinned at the first connection; type and base64.
    host_key       text        NULL,
    created_at     timestamptz NOT NULL,
    PRIMARY KEY (instance, generation)
);
CREATE INDEX instance_access_revealed ON instance_access (revealed_at) WHERE revealed_at IS NOT NULL AND password IS NOT NULL;
