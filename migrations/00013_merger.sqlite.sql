-- +goose Up
-- +goose StatementBegin
CREATE TRIGGER merger_no_update BEFORE UPDATE ON merger BEGIN SELECT RAISE(ABORT, 'append-only: UPDATE on merger is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER merger_no_delete BEFORE DELETE ON merger BEGIN SELECT RAISE(ABORT, 'append-only: DELETE on merger is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER merger_no_replace BEFORE INSERT ON merger WHEN EXISTS (SELECT 1 FROM merger WHERE county = NEW.county AND seq = NEW.seq) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on merger is refused / 只增不改'); END;
-- +goose StatementEnd
