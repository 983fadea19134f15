-- +goose Up
-- Law 3: the versions of rosters' rows are logged by their commitments; see 00002.

-- +goose StatementBegin
CREATE TRIGGER roster_row_no_update BEFORE UPDATE ON roster_row BEGIN SELECT RAISE(ABORT, 'append-only: UPDATE on roster_row is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER roster_row_no_delete BEFORE DELETE ON roster_row BEGIN SELECT RAISE(ABORT, 'append-only: DELETE on roster_row is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER roster_row_no_replace BEFORE INSERT ON roster_row WHEN EXISTS (SELECT 1 FROM roster_row WHERE county = NEW.county AND code = NEW.code AND n = NEW.n AND rev = NEW.rev) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on roster_row is refused / 只增不改'); END;
-- +goose StatementEnd
