-- Versions of the terms, the privacy notice and the acceptable use policy beyond the ones that are shipped with the product (version 1 of
-- each). What was published stays as it was read: append-only for the application role.
CREATE TABLE legal_versions
(
    document     text COLLATE "C" NOT NULL CHECK (document IN ('TERMS', 'PRIVACY', 'ACCEPTABLE_USE')),
    version      int              NOT NULL CHECK (version > 0),
    effective_at timestamptz      NOT NULL,   -- business time
    text_id      text             NOT NULL,
    text_en      text             NOT NULL,
    published_by uuid             NOT NULL,
    published_at timestamptz      NOT NULL,
    PRIMARY KEY (document, version)
);

-- Who said yes to what, when and from where. Kept when a person leaves, without the address.
CREATE TABLE legal_acceptances
(
    user_id     uuid             NOT NULL,
    document    text COLLATE "C" NOT NULL,
    version     int              NOT NULL,
    accepted_at timestamptz      NOT NULL,
    way         text COLLATE "C" NOT NULL CHECK (way IN ('REGISTRATION', 'PANEL')),
    ip          text             NULL,
    PRIMARY KEY (user_id, document, version)
);
