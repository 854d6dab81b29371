-- The wallet ledger. One row of truth per wallet and its append-only history. `version` is the seq of the wallet's last row: every
-- statement that adds rows moves it, and every writer names the version it decided on (the fence against a second activation).
-- The checks are the last line of defence: the pure rules and the fence are expected never to reach them.
CREATE TABLE wallets
(
    wallet_id  uuid        NOT NULL PRIMARY KEY,
    version    bigint      NOT NULL DEFAULT 0,
    balance    bigint      NOT NULL DEFAULT 0,
    held       bigint      NOT NULL DEFAULT 0,
    lots       jsonb       NULL,     -- bonus money not yet spent: [{id, source, remaining, expiresAt, promo}]; null = none
    holds      jsonb       NULL,     -- open holds with the lot shares they took: [{id, amount, lots}]; null = none
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT wallets_version_not_negative CHECK (version >= 0),
    CONSTRAINT wallets_balance_not_negative CHECK (balance >= 0),
    CONSTRAINT wallets_held_within_balance CHECK (held BETWEEN 0 AND balance)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);

-- kind: 1 credit, 2 debit, 3 bonus, 4 hold, 5 capture, 6 release, 7 bonus expiry, 8 refund (Domain/Ledger/LedgerKind.cs).
CREATE TABLE wallet_transactions
(
    wallet_id      uuid             NOT NULL,
    seq            bigint           NOT NULL,
    operation_id   text COLLATE "C" NOT NULL,
    kind           smallint         NOT NULL,
    amount         bigint           NOT NULL,   -- signed; 0 for a hold and a release
    held_change    bigint           NOT NULL,
    balance_after  bigint           NOT NULL,
    held_after     bigint           NOT NULL,
    contra_account text COLLATE "C" NOT NULL,
    reference_type text COLLATE "C" NOT NULL,
    reference_id   text COLLATE "C" NOT NULL,
    description    text             NOT NULL,
    hold_id        text COLLATE "C" NULL,
    lots           jsonb            NULL,       -- the lot shares this row moved: a refund gives them back to their lots
    occurred_at    timestamptz      NOT NULL,   -- business time, passed in
    CONSTRAINT wallet_transactions_pkey PRIMARY KEY (wallet_id, seq),
    CONSTRAINT wallet_transactions_operation UNIQUE (wallet_id, operation_id),
    CONSTRAINT wallet_transactions_figures CHECK (seq > 0 AND balance_after >= 0 AND held_after BETWEEN 0 AND balance_after)
);
