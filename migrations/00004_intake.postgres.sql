-- +goose Up
-- Law 3 for the tables of the intake.
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON document EXECUTE FUNCTION fundbook_append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON division EXECUTE FUNCTION fundbook_append_only();
GRANT SELECT, INSERT ON document, division TO fundbook_app;
