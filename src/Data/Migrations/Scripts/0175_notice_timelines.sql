-- All that a customer was told in its order (the desk's timeline), not only what the panel shows: the wider index serves the panel, too.
-- And what was told of one thing: ids of notices begin with the key of what they are about (droplet:{id}:…).
CREATE INDEX notices_user ON notices (user_id, created_at DESC, id DESC);
CREATE INDEX notices_about ON notices (user_id, notice_id);
DROP INDEX notices_panel;
