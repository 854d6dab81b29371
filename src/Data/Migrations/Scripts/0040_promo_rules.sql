-- Every version of every promo's rule, with who made it. Written before the promo's own state: the row of a version that the state has not
-- reached yet is an intent that came to nothing, and is replaced by the next change.
CREATE TABLE promo_versions
(
    promo_id    text COLLATE "C" NOT NULL,
    version     int              NOT NULL CHECK (version > 0),
    change      text COLLATE "C" NOT NULL CHECK (change IN ('CREATED', 'CHANGED', 'ARCHIVED')),
    actor       text             NOT NULL,
    definition  jsonb            NOT NULL,
    occurred_at timestamptz      NOT NULL,
    PRIMARY KEY (promo_id, version)
);

-- The fence of the usages: whoever adds or moves usages of a promo names the version it decided on, and moves it in the same statement.
ALTER TABLE promo_counters ADD COLUMN version bigint NOT NULL DEFAULT 0;

-- stage: 1 reserved, 2 given, 3 released, 4 given and taken back (its deposit was refunded; the place stays used).
ALTER TABLE promo_usages
    ADD COLUMN rule          int         NOT NULL DEFAULT 1,   -- the promo's version that was promised
    ADD COLUMN taken_back_at timestamptz NULL,
    DROP CONSTRAINT promo_usages_stage_check,
    ADD CONSTRAINT promo_usages_stage_check CHECK (stage BETWEEN 1 AND 4);
CREATE INDEX promo_usages_newest ON promo_usages (promo_id, reserved_at DESC, subject_id DESC);
CREATE INDEX promo_usages_by_user ON promo_usages (user_id, promo_id);
