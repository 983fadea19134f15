-- +goose Up
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON merger EXECUTE FUNCTION fundbook_append_only();
GRANT SELECT, INSERT ON merger TO fundbook_app;
