-- Each of the sixteen sweepers asks for what is due in its own shard, longest overdue first. Without the shard in the index each of them
-- read what was due in all sixteen, and in a storm it read that again for every batch.
DROP INDEX grain_state_by_due;
CREATE INDEX grain_state_by_due ON grain_state (state, (hashtext(coalesce(owner, key)) & 15), due_at) WHERE due_at IS NOT NULL;
