-- +goose Up
-- +goose StatementBegin
CREATE TRIGGER user_token_no_update BEFORE UPDATE ON user_token BEGIN SELECT RAISE(ABORT, 'append-only: UPDATE on user_token is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER user_token_no_delete BEFORE DELETE ON user_token BEGIN SELECT RAISE(ABORT, 'append-only: DELETE on user_token is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER user_token_no_replace BEFORE INSERT ON user_token WHEN EXISTS (SELECT 1 FROM user_token WHERE replaces = NEW.replaces) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on user_token is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER user_token_no_replace_2 BEFORE INSERT ON user_token WHEN EXISTS (SELECT 1 FROM user_token WHERE token_hash = NEW.token_hash) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on user_token is refused / 只增不改'); END;
-- +goose StatementEnd
