-- What protects an account beyond its password.
ALTER TABLE identity.users
    -- The last time step (RFC 6238) whose code was taken: no code works twice.
    ADD COLUMN last_totp_step      bigint      NULL,
    ADD COLUMN password_changed_at timestamptz NULL;

-- Tries to sign in within a window, counted alike for addresses with and without an account. Keys are hashes.
CREATE TABLE identity.sign_in_tries
(
    key         bytea       NOT NULL PRIMARY KEY,
    tries       int         NOT NULL,
    window_ends timestamptz NOT NULL
);
CREATE INDEX sign_in_tries_window_ends ON identity.sign_in_tries (window_ends);

-- At most one change of address at a time; it happens when both addresses have said yes.
CREATE TABLE identity.email_changes
(
    user_id      uuid         NOT NULL PRIMARY KEY REFERENCES identity.users ON DELETE CASCADE,
    new_email    varchar(256) NOT NULL,
    old_hash     bytea        NOT NULL UNIQUE,
    new_hash     bytea        NOT NULL UNIQUE,
    old_agreed   boolean      NOT NULL DEFAULT false,
    new_agreed   boolean      NOT NULL DEFAULT false,
    created_at   timestamptz  NOT NULL,
    expires_at   timestamptz  NOT NULL
);

-- Personal API tokens: only the hash, and enough of the start to recognise one.
CREATE TABLE identity.api_tokens
(
    id           uuid                  NOT NULL PRIMARY KEY,
    user_id      uuid                  NOT NULL REFERENCES identity.users ON DELETE CASCADE,
    name         text                  NOT NULL,
    start        text COLLATE "C"      NOT NULL,
    token_hash   bytea                 NOT NULL UNIQUE,
    scopes       text[]                NOT NULL,
    created_at   timestamptz           NOT NULL,
    expires_at   timestamptz           NULL,
    last_used_at timestamptz           NULL,
    last_used_ip text                  NULL,
    revoked_at   timestamptz           NULL
);
CREATE INDEX api_tokens_user_id ON identity.api_tokens (user_id);

-- ASP.NET Core Identity's passkeys (schema version 3).
CREATE TABLE identity.user_passkeys
(
    credential_id bytea NOT NULL PRIMARY KEY,
    user_id       uuid  NOT NULL REFERENCES identity.users ON DELETE CASCADE,
    data          jsonb NOT NULL
);
CREATE INDEX user_passkeys_user_id ON identity.user_passkeys (user_id);

-- Challenges that were answered: each works once.
CREATE TABLE identity.spent_challenges
(
    hash       bytea       NOT NULL PRIMARY KEY,
    expires_at timestamptz NOT NULL
);
