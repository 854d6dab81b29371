-- Accounts that their owner closed: the row stays under its random id, because the ledger names it; nothing personal is left in it.
ALTER TABLE identity.users ADD COLUMN closed_at timestamptz NULL;
