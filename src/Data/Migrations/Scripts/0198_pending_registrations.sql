-- What the last registration of an address chose as password, whether or not the address had an account (ADR 61): as long as a link to
-- confirm it lives, signing in with it says email_not_confirmed. It opens nothing. Keys are hashes of addresses, as those of sign_in_tries.
CREATE TABLE identity.pending_registrations
(
    address       bytea       NOT NULL PRIMARY KEY,
    password_hash text        NOT NULL,
    expires_at    timestamptz NOT NULL
);
CREATE INDEX pending_registrations_expires_at ON identity.pending_registrations (expires_at);
