#!/bin/sh
# Runs once, on an empty data folder: a user and a database of its own for each service that keeps data.
set -e

create() {
  psql --username "${POSTGRES_USER:-postgres}" --dbname postgres --quiet --set ON_ERROR_STOP=1 --set name="$1" --set password="$2" <<'SQL'
create role :"name" login password :'password';
create database :"name" owner :"name" encoding 'UTF8' lc_collate 'C' lc_ctype 'C' template template0;
revoke all on database :"name" from public;
SQL
}

create auth "$AUTH_DB_PASSWORD"
create rooms "$ROOMS_DB_PASSWORD"
