-- One grant per person for ever: keyed hashes of normalised e-mail addresses, phone numbers and account ids, never the things themselves.
-- Rows outlive the account. A claim whose reservation was given back is deleted; one whose bonus was given never is.
CREATE TABLE promo_identities
(
    purpose    text COLLATE "C" NOT NULL,   -- 'welcome', 'first-deposit', 'referee'
    hash       bytea            NOT NULL,
    subject_id text COLLATE "C" NOT NULL,
    claimed_at timestamptz      NOT NULL,
    PRIMARY KEY (purpose, hash)
);
CREATE INDEX promo_identities_by_subject ON promo_identities (purpose, subject_id);

-- Phone numbers of accounts as keyed hashes: whether an invited person's number is another account's.
CREATE TABLE promo_phones
(
    hash    bytea NOT NULL,
    user_id uuid  NOT NULL,
    PRIMARY KEY (hash, user_id)
);

-- Places for deposits that wait for payment: n of a customer's few. A row is taken over when its deposit does not wait any more, so
-- nothing has to give it back and no crash can lose one.
CREATE TABLE deposit_places
(
    user_id    uuid        NOT NULL,
    n          int         NOT NULL CHECK (n > 0),
    deposit_id uuid        NOT NULL UNIQUE,
    taken_at   timestamptz NOT NULL,
    PRIMARY KEY (user_id, n)
);
