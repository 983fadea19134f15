-- +goose Up
-- Law 3, for the one unique key that no table names: the rowid. INSERT OR REPLACE may
-- give one, and then deletes the row that has it; on a foreign connection no delete
-- trigger fires. Where none is given NEW.rowid is a number that no row has.
-- account_key needs no trigger, since its id is its rowid; store has one row only.

-- +goose StatementBegin
CREATE TRIGGER record_no_replace_rowid BEFORE INSERT ON record WHEN EXISTS (SELECT 1 FROM record WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on record is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER voucher_series_no_replace_rowid BEFORE INSERT ON voucher_series WHEN EXISTS (SELECT 1 FROM voucher_series WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on voucher_series is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER reversal_no_replace_rowid BEFORE INSERT ON reversal WHEN EXISTS (SELECT 1 FROM reversal WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on reversal is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER tile_no_replace_rowid BEFORE INSERT ON tile WHEN EXISTS (SELECT 1 FROM tile WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on tile is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER signed_head_no_replace_rowid BEFORE INSERT ON signed_head WHEN EXISTS (SELECT 1 FROM signed_head WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on signed_head is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER lot_no_replace_rowid BEFORE INSERT ON lot WHEN EXISTS (SELECT 1 FROM lot WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on lot is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER period_close_no_replace_rowid BEFORE INSERT ON period_close WHEN EXISTS (SELECT 1 FROM period_close WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on period_close is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER policy_no_replace_rowid BEFORE INSERT ON policy WHEN EXISTS (SELECT 1 FROM policy WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on policy is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER user_account_no_replace_rowid BEFORE INSERT ON user_account WHEN EXISTS (SELECT 1 FROM user_account WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on user_account is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER user_revocation_no_replace_rowid BEFORE INSERT ON user_revocation WHEN EXISTS (SELECT 1 FROM user_revocation WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on user_revocation is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER document_no_replace_rowid BEFORE INSERT ON document WHEN EXISTS (SELECT 1 FROM document WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on document is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER division_no_replace_rowid BEFORE INSERT ON division WHEN EXISTS (SELECT 1 FROM division WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on division is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER notice_no_replace_rowid BEFORE INSERT ON notice WHEN EXISTS (SELECT 1 FROM notice WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on notice is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER dossier_fact_no_replace_rowid BEFORE INSERT ON dossier_fact WHEN EXISTS (SELECT 1 FROM dossier_fact WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on dossier_fact is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER merger_no_replace_rowid BEFORE INSERT ON merger WHEN EXISTS (SELECT 1 FROM merger WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on merger is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER user_token_no_replace_rowid BEFORE INSERT ON user_token WHEN EXISTS (SELECT 1 FROM user_token WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on user_token is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER roster_row_no_replace_rowid BEFORE INSERT ON roster_row WHEN EXISTS (SELECT 1 FROM roster_row WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on roster_row is refused / 只增不改'); END;
-- +goose StatementEnd
