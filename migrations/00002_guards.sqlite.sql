-- +goose Up
-- Laws 1 and 3 inside SQLite. The insert triggers stop INSERT OR REPLACE, which would
-- otherwise delete a row without firing the delete trigger on a foreign connection;
-- they look at every unique key of the table.

-- +goose StatementBegin
CREATE TRIGGER store_no_update BEFORE UPDATE ON store BEGIN SELECT RAISE(ABORT, 'append-only: UPDATE on store is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER store_no_delete BEFORE DELETE ON store BEGIN SELECT RAISE(ABORT, 'append-only: DELETE on store is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER store_no_replace BEFORE INSERT ON store WHEN EXISTS (SELECT 1 FROM store WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on store is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER account_key_no_update BEFORE UPDATE ON account_key BEGIN SELECT RAISE(ABORT, 'append-only: UPDATE on account_key is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER account_key_no_delete BEFORE DELETE ON account_key BEGIN SELECT RAISE(ABORT, 'append-only: DELETE on account_key is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER account_key_no_replace BEFORE INSERT ON account_key WHEN EXISTS (SELECT 1 FROM account_key WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on account_key is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER account_key_no_replace_2 BEFORE INSERT ON account_key WHEN EXISTS (SELECT 1 FROM account_key WHERE county = NEW.county AND lot = NEW.lot AND book = NEW.book AND account = NEW.account AND sub = NEW.sub AND project = NEW.project AND contract = NEW.contract AND payee = NEW.payee AND unit = NEW.unit AND pool = NEW.pool AND peer = NEW.peer) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on account_key is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER record_no_update BEFORE UPDATE ON record BEGIN SELECT RAISE(ABORT, 'append-only: UPDATE on record is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER record_no_delete BEFORE DELETE ON record BEGIN SELECT RAISE(ABORT, 'append-only: DELETE on record is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER record_no_replace BEFORE INSERT ON record WHEN EXISTS (SELECT 1 FROM record WHERE county = NEW.county AND seq = NEW.seq)
  OR (NEW.slot IS NOT NULL AND EXISTS (SELECT 1 FROM record WHERE county = NEW.county AND slot = NEW.slot AND slot IS NOT NULL)) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on record is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER line_no_update BEFORE UPDATE ON line BEGIN SELECT RAISE(ABORT, 'append-only: UPDATE on line is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER line_no_delete BEFORE DELETE ON line BEGIN SELECT RAISE(ABORT, 'append-only: DELETE on line is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER voucher_series_no_update BEFORE UPDATE ON voucher_series BEGIN SELECT RAISE(ABORT, 'append-only: UPDATE on voucher_series is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER voucher_series_no_delete BEFORE DELETE ON voucher_series BEGIN SELECT RAISE(ABORT, 'append-only: DELETE on voucher_series is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER voucher_series_no_replace BEFORE INSERT ON voucher_series WHEN EXISTS (SELECT 1 FROM voucher_series WHERE county = NEW.county AND id = NEW.id) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on voucher_series is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER voucher_series_no_replace_2 BEFORE INSERT ON voucher_series WHEN EXISTS (SELECT 1 FROM voucher_series WHERE county = NEW.county AND book = NEW.book AND period = NEW.period AND word = NEW.word) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on voucher_series is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER voucher_no_update BEFORE UPDATE ON voucher BEGIN SELECT RAISE(ABORT, 'append-only: UPDATE on voucher is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER voucher_no_delete BEFORE DELETE ON voucher BEGIN SELECT RAISE(ABORT, 'append-only: DELETE on voucher is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER voucher_no_replace BEFORE INSERT ON voucher WHEN EXISTS (SELECT 1 FROM voucher WHERE county = NEW.county AND series = NEW.series AND no = NEW.no) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on voucher is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER reversal_no_update BEFORE UPDATE ON reversal BEGIN SELECT RAISE(ABORT, 'append-only: UPDATE on reversal is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER reversal_no_delete BEFORE DELETE ON reversal BEGIN SELECT RAISE(ABORT, 'append-only: DELETE on reversal is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER reversal_no_replace BEFORE INSERT ON reversal WHEN EXISTS (SELECT 1 FROM reversal WHERE county = NEW.county AND original = NEW.original) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on reversal is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER tile_no_update BEFORE UPDATE ON tile BEGIN SELECT RAISE(ABORT, 'append-only: UPDATE on tile is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER tile_no_delete BEFORE DELETE ON tile BEGIN SELECT RAISE(ABORT, 'append-only: DELETE on tile is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER tile_no_replace BEFORE INSERT ON tile WHEN EXISTS (SELECT 1 FROM tile WHERE county = NEW.county AND level = NEW.level AND n = NEW.n) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on tile is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER signed_head_no_update BEFORE UPDATE ON signed_head BEGIN SELECT RAISE(ABORT, 'append-only: UPDATE on signed_head is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER signed_head_no_delete BEFORE DELETE ON signed_head BEGIN SELECT RAISE(ABORT, 'append-only: DELETE on signed_head is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER signed_head_no_replace BEFORE INSERT ON signed_head WHEN EXISTS (SELECT 1 FROM signed_head WHERE county = NEW.county AND size = NEW.size) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on signed_head is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER lot_no_update BEFORE UPDATE ON lot BEGIN SELECT RAISE(ABORT, 'append-only: UPDATE on lot is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER lot_no_delete BEFORE DELETE ON lot BEGIN SELECT RAISE(ABORT, 'append-only: DELETE on lot is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER lot_no_replace BEFORE INSERT ON lot WHEN EXISTS (SELECT 1 FROM lot WHERE county = NEW.county AND id = NEW.id) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on lot is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER lot_no_replace_2 BEFORE INSERT ON lot WHEN EXISTS (SELECT 1 FROM lot WHERE county = NEW.county AND document = NEW.document AND line = NEW.line) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on lot is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER lot_no_replace_3 BEFORE INSERT ON lot WHEN EXISTS (SELECT 1 FROM lot WHERE county = NEW.county AND code = NEW.code) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on lot is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER period_close_no_update BEFORE UPDATE ON period_close BEGIN SELECT RAISE(ABORT, 'append-only: UPDATE on period_close is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER period_close_no_delete BEFORE DELETE ON period_close BEGIN SELECT RAISE(ABORT, 'append-only: DELETE on period_close is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER period_close_no_replace BEFORE INSERT ON period_close WHEN EXISTS (SELECT 1 FROM period_close WHERE county = NEW.county AND book = NEW.book AND period = NEW.period) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on period_close is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER policy_no_update BEFORE UPDATE ON policy BEGIN SELECT RAISE(ABORT, 'append-only: UPDATE on policy is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER policy_no_delete BEFORE DELETE ON policy BEGIN SELECT RAISE(ABORT, 'append-only: DELETE on policy is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER policy_no_replace BEFORE INSERT ON policy WHEN EXISTS (SELECT 1 FROM policy WHERE county = NEW.county AND name = NEW.name AND valid_from = NEW.valid_from AND seq = NEW.seq) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on policy is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER user_account_no_update BEFORE UPDATE ON user_account BEGIN SELECT RAISE(ABORT, 'append-only: UPDATE on user_account is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER user_account_no_delete BEFORE DELETE ON user_account BEGIN SELECT RAISE(ABORT, 'append-only: DELETE on user_account is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER user_account_no_replace BEFORE INSERT ON user_account WHEN EXISTS (SELECT 1 FROM user_account WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on user_account is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER user_account_no_replace_2 BEFORE INSERT ON user_account WHEN EXISTS (SELECT 1 FROM user_account WHERE name = NEW.name) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on user_account is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER user_account_no_replace_3 BEFORE INSERT ON user_account WHEN EXISTS (SELECT 1 FROM user_account WHERE token_hash = NEW.token_hash) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on user_account is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER user_revocation_no_update BEFORE UPDATE ON user_revocation BEGIN SELECT RAISE(ABORT, 'append-only: UPDATE on user_revocation is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER user_revocation_no_delete BEFORE DELETE ON user_revocation BEGIN SELECT RAISE(ABORT, 'append-only: DELETE on user_revocation is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER user_revocation_no_replace BEFORE INSERT ON user_revocation WHEN EXISTS (SELECT 1 FROM user_revocation WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on user_revocation is refused / 只增不改'); END;
-- +goose StatementEnd

-- A line for a record that exists comes too late. So no line of an entry can be
-- replaced either: until its record is there the entry is not, and the record
-- counts and adds up what it finds.
-- +goose StatementBegin
CREATE TRIGGER line_sealed BEFORE INSERT ON line WHEN EXISTS (SELECT 1 FROM record WHERE county = NEW.county AND seq = NEW.seq) BEGIN SELECT RAISE(ABORT, 'the entry is sealed: no line can be added / 凭证已封存'); END;
-- +goose StatementEnd

-- The record seals its lines: their number, their day, and zero per (book,
-- group, lot). Only entries have lines, and they have at least two. One pass over
-- the lines counts and adds up together.
-- +goose StatementBegin
CREATE TRIGGER record_seals BEFORE INSERT ON record WHEN
  (NEW.day IS NULL) = (NEW.kind = 'entry')
  OR CASE WHEN NEW.kind = 'entry' THEN NEW.lines < 2 ELSE NEW.lines <> 0 END
  OR (SELECT coalesce(sum(c), 0) <> NEW.lines OR coalesce(sum(good), 0) <> NEW.lines OR coalesce(max(net <> 0), 0) FROM (
      SELECT count(*) AS c, count(k.id) FILTER (WHERE l.day = NEW.day) AS good, sum(l.side * l.fen) AS net
      FROM line l LEFT JOIN account_key k ON k.id = l.key AND k.county = l.county
      WHERE l.county = NEW.county AND l.seq = NEW.seq
      GROUP BY k.book, k.grp, k.lot)) BEGIN SELECT RAISE(ABORT, 'the record does not seal its lines: number, day, account or balance / 凭证不平或行数不符'); END;
-- +goose StatementEnd
