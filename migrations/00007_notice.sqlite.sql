-- +goose Up
-- +goose StatementBegin
CREATE TRIGGER notice_no_update BEFORE UPDATE ON notice BEGIN SELECT RAISE(ABORT, 'append-only: UPDATE on notice is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER notice_no_delete BEFORE DELETE ON notice BEGIN SELECT RAISE(ABORT, 'append-only: DELETE on notice is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER notice_no_replace BEFORE INSERT ON notice WHEN EXISTS (SELECT 1 FROM notice WHERE county = NEW.county AND id = NEW.id) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on notice is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER notice_no_replace_2 BEFORE INSERT ON notice WHEN EXISTS (SELECT 1 FROM notice WHERE code = NEW.code) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on notice is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER notice_no_replace_3 BEFORE INSERT ON notice WHEN EXISTS (SELECT 1 FROM notice WHERE county = NEW.county AND seq = NEW.seq) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on notice is refused / 只增不改'); END;
-- +goose StatementEnd
