-- What a referral's reward that was taken back had cost already: its owner had spent it, and it was left to them (ADR 48). 0 for all others.
ALTER TABLE promo_usages ADD COLUMN kept bigint NOT NULL DEFAULT 0 CHECK (kept BETWEEN 0 AND amount);
