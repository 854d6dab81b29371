-- The audit log becomes a single chain (ADR 32): every row carries the hash of the row before it, and one row, audit_chain, is its head.
-- Rows come through audit_append alone. It locks the head first, so that writers on any number of processes queue here and none can fork
-- the chain; the unique constraints say the same to whoever goes around the function. The application role may call it and nothing else.
CREATE TABLE audit_chain
(
    id   int    NOT NULL PRIMARY KEY CHECK (id = 1),
    seq  bigint NOT NULL CHECK (seq >= 0),
    hash bytea  NOT NULL
);
INSERT INTO audit_chain (id, seq, hash) VALUES (1, 0, '\x');

ALTER TABLE audit_log
    ADD COLUMN seq       bigint NULL,
    ADD COLUMN before    jsonb  NULL,      -- what was, and what is now: only the parts that changed
    ADD COLUMN after     jsonb  NULL,
    ADD COLUMN reason    text   NULL,
    ADD COLUMN prev_hash bytea  NULL,
    ADD COLUMN hash      bytea  NULL;

UPDATE audit_log SET reason = detail ->> 'reason' WHERE detail ->> 'reason' IS NOT NULL;

-- What is hashed. An array, so that no field can be read as the end of its neighbour; jsonb, whose text has one form.
CREATE FUNCTION audit_text(a audit_log) RETURNS text LANGUAGE sql IMMUTABLE
    AS $$ SELECT jsonb_build_array(a.seq, (extract(epoch FROM a.occurred_at) * 1000000)::bigint, a.actor_id, a.actor, a.action, a.subject,
                                   a.before, a.after, a.reason, a.detail, a.ip)::text $$;

-- What was written before the chain began is taken into it as it stands.
DO $do$
DECLARE
    head record;
    line audit_log;
    hashed bytea;
BEGIN
    SELECT * INTO head FROM audit_chain;
    FOR line IN SELECT * FROM audit_log ORDER BY id LOOP
        line.seq := head.seq + 1;
        hashed := sha256(head.hash || convert_to(audit_text(line), 'UTF8'));
        UPDATE audit_log SET seq = line.seq, prev_hash = head.hash, hash = hashed WHERE id = line.id;
        head.seq := line.seq;
        head.hash := hashed;
    END LOOP;
    UPDATE audit_chain SET seq = head.seq, hash = head.hash;
END
$do$;

ALTER TABLE audit_log
    ALTER COLUMN seq SET NOT NULL,
    ALTER COLUMN prev_hash SET NOT NULL,
    ALTER COLUMN hash SET NOT NULL,
    ADD CONSTRAINT audit_log_seq UNIQUE (seq),
    ADD CONSTRAINT audit_log_follows_one UNIQUE (prev_hash);
CREATE INDEX audit_log_action ON audit_log (action, id DESC);

-- Runs as its owner: the application role itself can neither insert, change nor delete.
CREATE FUNCTION audit_append(
    happened_at timestamptz, by_id uuid, by_name text, what text, whom text, was jsonb, became jsonb, why text, more jsonb, address text) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public
AS $body$
DECLARE
    head record;
    line audit_log;
BEGIN
    SELECT * INTO head FROM audit_chain WHERE id = 1 FOR UPDATE;
    line.id := nextval(pg_get_serial_sequence('audit_log', 'id'));
    line.seq := head.seq + 1;
    line.occurred_at := happened_at;
    line.actor_id := by_id;
    line.actor := by_name;
    line.action := what;
    line.subject := whom;
    line.before := was;
    line.after := became;
    line.reason := why;
    line.detail := more;
    line.ip := address;
    line.prev_hash := head.hash;
    line.hash := sha256(head.hash || convert_to(audit_text(line), 'UTF8'));
    INSERT INTO audit_log (id, seq, occurred_at, actor_id, actor, action, subject, before, after, reason, detail, ip, prev_hash, hash)
    VALUES (line.id, line.seq, line.occurred_at, line.actor_id, line.actor, line.action, line.subject, line.before, line.after, line.reason,
            line.detail, line.ip, line.prev_hash, line.hash);
    UPDATE audit_chain SET seq = line.seq, hash = line.hash WHERE id = 1;
    RETURN line.id;
END
$body$;
