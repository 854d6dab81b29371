-- Ledger rows that still have to become papers. Written in the statement that writes the row, taken away in the transaction that writes the
-- paper: no row is ever without its paper, nor has two (ADR 28). No index: it is read from its start and nearly always empty.
CREATE TABLE ledger_queue
(
    wallet_id uuid    NOT NULL,
    seq       bigint  NOT NULL,
    old       boolean NOT NULL DEFAULT false    -- moved before there were papers: it gets one, and nobody is told of it any more
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
INSERT INTO ledger_queue (wallet_id, seq, old) SELECT wallet_id, seq, true FROM wallet_transactions WHERE amount <> 0 ORDER BY occurred_at, wallet_id, seq;

-- The last number given in a year. Moved in the transaction that writes the papers: a rollback gives the numbers back, so there are no gaps.
CREATE TABLE paper_counters
(
    year int    NOT NULL PRIMARY KEY,
    last bigint NOT NULL
) WITH (fillfactor = 50);

-- Receipts, invoices and credit notes, as they were on the day: seller and buyer are snapshots. Append-only for the application role.
-- kind: 1 receipt of a top-up, 2 invoice of a charge, 3 credit note. Amounts are positive.
CREATE TABLE papers
(
    year           int              NOT NULL,
    number         bigint           NOT NULL,
    wallet_id      uuid             NOT NULL,
    seq            bigint           NOT NULL,
    kind           smallint         NOT NULL CHECK (kind BETWEEN 1 AND 3),
    amount         bigint           NOT NULL CHECK (amount > 0),
    description    text             NOT NULL,
    reference_type text COLLATE "C" NOT NULL,
    reference_id   text COLLATE "C" NOT NULL,
    issued_at      timestamptz      NOT NULL,   -- the ledger row's business time
    seller         jsonb            NOT NULL,
    buyer          jsonb            NOT NULL,
    tax            jsonb            NULL,       -- null = no PPN on it
    PRIMARY KEY (year, number),
    CONSTRAINT papers_row UNIQUE (wallet_id, seq)
);
