-- Failed promo codes of the last hour, by whoever typed them (an account, a network address; hashed: an address is personal data).
-- Rows, not memory: with N API processes a guesser must not have N times the tries.
CREATE TABLE promo_code_attempts
(
    who               bytea       NOT NULL PRIMARY KEY,
    window_started_at timestamptz NOT NULL,
    failures          int         NOT NULL CHECK (failures >= 0)
) WITH (fillfactor = 50);
CREATE INDEX promo_code_attempts_window ON promo_code_attempts (window_started_at);
