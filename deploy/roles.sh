#!/bin/sh
# Run once by the database's own image, on an empty volume: the owner migrates, the application's role serves.
set -eu
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
  --set owner_password="$OWNER_PASSWORD" --set app_password="$APP_PASSWORD" <<'SQL'
CREATE ROLE jiamenkou_owner LOGIN CREATEDB PASSWORD :'owner_password';
CREATE ROLE jiamenkou_app LOGIN PASSWORD :'app_password';
CREATE DATABASE jiamenkou OWNER jiamenkou_owner;
SQL
