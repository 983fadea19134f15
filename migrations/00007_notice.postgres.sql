-- +goose Up
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON notice EXECUTE FUNCTION fundbook_append_only();
GRANT SELECT, INSERT ON notice TO fundbook_app;
