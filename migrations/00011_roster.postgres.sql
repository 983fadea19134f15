-- +goose Up
-- Law 3: the versions of rosters' rows are logged by their commitments.
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON roster_row EXECUTE FUNCTION fundbook_append_only();
GRANT SELECT, INSERT ON roster_row TO fundbook_app;
