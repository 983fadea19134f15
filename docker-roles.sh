# Run once, when the database of docker-compose.yml is made. The owner of the schema
# is no superuser; the role of the running program exists, with its password, before
# the migrations grant it what it may do; the superuser has no password, so it is
# reached only from inside the container.
psql -v ON_ERROR_STOP=1 -v owner="$(cat /run/secrets/owner_password)" -v app="$(cat /run/secrets/app_password)" -U postgres -d fundbook <<'SQL'
CREATE ROLE fundbook_owner LOGIN CREATEROLE PASSWORD :'owner';
CREATE ROLE fundbook_app LOGIN PASSWORD :'app';
ALTER DATABASE fundbook OWNER TO fundbook_owner;
ALTER ROLE postgres PASSWORD NULL;
SQL
