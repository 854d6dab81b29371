-- The desk asks whose scripts came from an address, as it asks who signed in from it.
CREATE INDEX api_tokens_last_used_ip ON identity.api_tokens (last_used_ip) WHERE last_used_ip IS NOT NULL;
