-- Which promo a code means. The primary key is the rule: no two promos share a code.
CREATE TABLE promo_codes
(
    code     text COLLATE "C" NOT NULL PRIMARY KEY,   -- upper case
    promo_id text COLLATE "C" NOT NULL
);

-- How much of a promo is taken. The row is also the lock under which usages of one promo are counted.
CREATE TABLE promo_counters
(
    promo_id text COLLATE "C" NOT NULL PRIMARY KEY,
    used     bigint           NOT NULL DEFAULT 0 CHECK (used >= 0),
    granted  bigint           NOT NULL DEFAULT 0 CHECK (granted >= 0)
) WITH (fillfactor = 50);

-- One usage of one promo by one subject (a deposit). A live usage holds the user's n-th place; a released one holds none.
-- stage: 1 reserved, 2 committed, 3 released.
CREATE TABLE promo_usages
(
    promo_id     text COLLATE "C" NOT NULL,
    subject_id   text COLLATE "C" NOT NULL,
    user_id      uuid             NOT NULL,
    n            int              NULL,
    amount       bigint           NOT NULL CHECK (amount > 0),
    stage        smallint         NOT NULL CHECK (stage BETWEEN 1 AND 3),
    reserved_at  timestamptz      NOT NULL,
    committed_at timestamptz      NULL,
    PRIMARY KEY (promo_id, subject_id),
    CONSTRAINT promo_usages_place UNIQUE (promo_id, user_id, n),
    CONSTRAINT promo_usages_place_is_held CHECK ((stage = 3) = (n IS NULL))
);
