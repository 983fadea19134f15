-- +goose Up
-- Law 3 for the tables of the intake; see 00002.

-- +goose StatementBegin
CREATE TRIGGER document_no_update BEFORE UPDATE ON document BEGIN SELECT RAISE(ABORT, 'append-only: UPDATE on document is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER document_no_delete BEFORE DELETE ON document BEGIN SELECT RAISE(ABORT, 'append-only: DELETE on document is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER document_no_replace BEFORE INSERT ON document WHEN EXISTS (SELECT 1 FROM document WHERE county = NEW.county AND key = NEW.key) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on document is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER document_no_replace_2 BEFORE INSERT ON document WHEN EXISTS (SELECT 1 FROM document WHERE county = NEW.county AND seq = NEW.seq) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on document is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER division_no_update BEFORE UPDATE ON division BEGIN SELECT RAISE(ABORT, 'append-only: UPDATE on division is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER division_no_delete BEFORE DELETE ON division BEGIN SELECT RAISE(ABORT, 'append-only: DELETE on division is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER division_no_replace BEFORE INSERT ON division WHEN EXISTS (SELECT 1 FROM division WHERE county = NEW.county AND code = NEW.code AND valid_from = NEW.valid_from) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on division is refused / 只增不改'); END;
-- +goose StatementEnd
