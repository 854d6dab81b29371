-- What a customer owes for refunded money that was spent: the sum of the wallet's rows against RECEIVABLE.
ALTER TABLE wallets ADD COLUMN debt bigint NOT NULL DEFAULT 0, ADD CONSTRAINT wallets_debt_not_negative CHECK (debt >= 0);

-- When the wallet's first bonus lot lapses (unix ms): the schedule of record of expiries. Strict, so that a wallet without lots costs one
-- comparison with null; its index entry never changes, and its updates stay in their page.
CREATE FUNCTION lots_due_at(lots jsonb) RETURNS bigint LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$ SELECT min((lot ->> 'expiresAt')::bigint) FROM jsonb_array_elements(lots) lot $$;
ALTER TABLE wallets ADD COLUMN lots_due_at bigint GENERATED ALWAYS AS (lots_due_at(lots)) STORED;
CREATE INDEX wallets_lots_due ON wallets (lots_due_at) WHERE lots_due_at IS NOT NULL;
