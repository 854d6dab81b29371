-- Whose ledger rows wait, because their owner could not be told what follows from them: nobody else's wait with them (ADR 28). One row an owner,
-- nearly always none; it goes in the transaction that writes the papers. Real time: it paces our own work.
CREATE TABLE paper_waits
(
    wallet_id uuid             NOT NULL PRIMARY KEY,
    tries     int              NOT NULL,    -- in vain so far
    since     timestamptz      NOT NULL,    -- of the first of them
    try_at    timestamptz      NOT NULL,
    reason    text COLLATE "C" NOT NULL     -- of the last one
);
