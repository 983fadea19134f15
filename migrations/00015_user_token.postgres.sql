-- +goose Up
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON user_token EXECUTE FUNCTION fundbook_append_only();
GRANT SELECT, INSERT ON user_token TO fundbook_app;
