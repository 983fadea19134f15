-- +goose Up
-- Law 3: which facts a dossier has is logged; its row is derived and follows.
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON dossier_fact EXECUTE FUNCTION fundbook_append_only();
GRANT SELECT, INSERT ON dossier_fact TO fundbook_app;
GRANT SELECT, INSERT, UPDATE ON dossier TO fundbook_app;
