-- A record that is written twice in a renewal (its charge is begun, its charge is done) finds room on its own page the first time: nothing that
-- an index knows has changed then, and no index is written. For pages from now on.
ALTER TABLE grain_state SET (fillfactor = 60);
