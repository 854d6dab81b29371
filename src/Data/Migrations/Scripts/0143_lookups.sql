-- What a person at the desk types → whose and what it is. Plain rows beside the states, because no index may look into a payload. Rows stay
-- when the fact is past: the address a server had last month is what an abuse report names.
CREATE TABLE lookups
(
    value   text COLLATE "C" NOT NULL,   -- lower case
    kind    text COLLATE "C" NOT NULL,   -- NAME, IP, PROVIDER_ID of a server; VA, REFERENCE of a deposit
    subject text COLLATE "C" NOT NULL,   -- grain key
    owner   uuid             NOT NULL,
    PRIMARY KEY (value, kind, subject)
);
CREATE INDEX lookups_subject ON lookups (subject);

-- What is there already; once, and therefore allowed to read payloads.
INSERT INTO lookups (value, kind, subject, owner)
SELECT lower(v.value), v.kind, s.key, (s.payload #>> '{order,owner}')::uuid
FROM grain_state s, LATERAL (VALUES
    (s.payload ->> 'name', 'NAME'), (s.payload #>> '{droplet,ipv4}', 'IP'), (s.payload #>> '{droplet,ipv6}', 'IP'), (s.payload #>> '{droplet,id}', 'PROVIDER_ID')) v (value, kind)
WHERE s.state = 'droplet' AND s.payload #>> '{order,owner}' IS NOT NULL AND coalesce(v.value, '') <> ''
ON CONFLICT DO NOTHING;
INSERT INTO lookups (value, kind, subject, owner)
SELECT lower(v.value), v.kind, d.key, (d.payload ->> 'owner')::uuid
FROM grain_state d CROSS JOIN LATERAL jsonb_array_elements(d.payload -> 'payments') p,
     LATERAL (VALUES (p ->> 'payCode', 'VA'), (p ->> 'reference', 'REFERENCE')) v (value, kind)
WHERE d.state = 'deposit' AND d.payload ->> 'owner' IS NOT NULL AND coalesce(v.value, '') <> ''
ON CONFLICT DO NOTHING;

CREATE INDEX users_email_prefix ON identity.users (normalized_email text_pattern_ops);
CREATE INDEX users_phone ON identity.users (phone text_pattern_ops) WHERE phone IS NOT NULL;
CREATE INDEX sessions_ip ON identity.sessions (ip) WHERE ip IS NOT NULL;
