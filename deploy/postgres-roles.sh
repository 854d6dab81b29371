#!/bin/sh
# The role the product runs as: no DDL, and no UPDATE or DELETE on ledger rows (the migration runner grants what it may do).
set -eu
psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" -v password="$WEBRANA_APP_PASSWORD" <<'SQL'
CREATE ROLE webrana_app LOGIN PASSWORD :'password';
SQL
