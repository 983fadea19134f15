-- @ account_key | index | account_key_account
CREATE INDEX account_key_account ON account_key (county, account, project)
-- @ account_key | index | account_key_contract
CREATE INDEX account_key_contract ON account_key (county, contract)
-- @ account_key | index | account_key_name
CREATE UNIQUE INDEX account_key_name ON account_key
  (county, lot, book, account, sub, project, contract, payee, unit, pool, peer)
-- @ account_key | index | account_key_project
CREATE INDEX account_key_project ON account_key (county, project)
-- @ account_key | index | account_key_unit
CREATE INDEX account_key_unit ON account_key (county, unit, account) WHERE unit <> ''
-- @ account_key | table | account_key
CREATE TABLE account_key (
  id       INTEGER NOT NULL PRIMARY KEY,
  county   INT  NOT NULL,
  lot      BLOB NOT NULL,
  peer     BLOB NOT NULL,
  grp      TEXT NOT NULL,
  book     TEXT NOT NULL CHECK (book <> ''),
  account  TEXT NOT NULL,
  sub      TEXT NOT NULL,
  project  TEXT NOT NULL,
  contract TEXT NOT NULL,
  payee    TEXT NOT NULL,
  unit     TEXT NOT NULL,
  pool     TEXT NOT NULL,
  CHECK (length(account) = 4),
  CHECK (grp = CASE WHEN substr(account, 1, 1) <= '5' THEN 'F'
                    WHEN substr(account, 1, 1) <= '7' THEN 'B' ELSE 'M' END)
) STRICT
-- @ account_key | trigger | account_key_no_delete
CREATE TRIGGER account_key_no_delete BEFORE DELETE ON account_key BEGIN SELECT RAISE(ABORT, 'append-only: DELETE on account_key is refused / 只增不改'); END
-- @ account_key | trigger | account_key_no_replace
CREATE TRIGGER account_key_no_replace BEFORE INSERT ON account_key WHEN EXISTS (SELECT 1 FROM account_key WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on account_key is refused / 只增不改'); END
-- @ account_key | trigger | account_key_no_replace_2
CREATE TRIGGER account_key_no_replace_2 BEFORE INSERT ON account_key WHEN EXISTS (SELECT 1 FROM account_key WHERE county = NEW.county AND lot = NEW.lot AND book = NEW.book AND account = NEW.account AND sub = NEW.sub AND project = NEW.project AND contract = NEW.contract AND payee = NEW.payee AND unit = NEW.unit AND pool = NEW.pool AND peer = NEW.peer) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on account_key is refused / 只增不改'); END
-- @ account_key | trigger | account_key_no_update
CREATE TRIGGER account_key_no_update BEFORE UPDATE ON account_key BEGIN SELECT RAISE(ABORT, 'append-only: UPDATE on account_key is refused / 只增不改'); END
-- @ day_total | table | day_total
CREATE TABLE day_total (
  debit  INTEGER NOT NULL,
  credit INTEGER NOT NULL,
  key    INTEGER NOT NULL,
  day    INT    NOT NULL,
  PRIMARY KEY (key, day)
) STRICT, WITHOUT ROWID
-- @ division | table | division
CREATE TABLE division (
  seq        INTEGER NOT NULL,
  county     INT    NOT NULL,
  level      INT    NOT NULL CHECK (level BETWEEN 1 AND 5),
  valid_from INT    NOT NULL CHECK (valid_from > 0),
  valid_to   INT    NOT NULL,
  code       TEXT   NOT NULL,
  name       TEXT   NOT NULL,
  parent     TEXT   NOT NULL,
  successor  TEXT   NOT NULL,
  PRIMARY KEY (county, code, valid_from)
) STRICT
-- @ division | trigger | division_no_delete
CREATE TRIGGER division_no_delete BEFORE DELETE ON division BEGIN SELECT RAISE(ABORT, 'append-only: DELETE on division is refused / 只增不改'); END
-- @ division | trigger | division_no_replace
CREATE TRIGGER division_no_replace BEFORE INSERT ON division WHEN EXISTS (SELECT 1 FROM division WHERE county = NEW.county AND code = NEW.code AND valid_from = NEW.valid_from) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on division is refused / 只增不改'); END
-- @ division | trigger | division_no_replace_rowid
CREATE TRIGGER division_no_replace_rowid BEFORE INSERT ON division WHEN EXISTS (SELECT 1 FROM division WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on division is refused / 只增不改'); END
-- @ division | trigger | division_no_update
CREATE TRIGGER division_no_update BEFORE UPDATE ON division BEGIN SELECT RAISE(ABORT, 'append-only: UPDATE on division is refused / 只增不改'); END
-- @ document | index | document_record
CREATE UNIQUE INDEX document_record ON document (county, seq)
-- @ document | table | document
CREATE TABLE document (
  seq       INTEGER NOT NULL,
  county    INT    NOT NULL,
  fund_year INT    NOT NULL,
  published INT    NOT NULL,
  key       TEXT   NOT NULL CHECK (key <> ''),
  title     TEXT   NOT NULL,
  issuer    TEXT   NOT NULL,
  kind      TEXT   NOT NULL,
  digest    BLOB  NOT NULL CHECK (length(digest) = 32),
  PRIMARY KEY (county, key)
) STRICT
-- @ document | trigger | document_no_delete
CREATE TRIGGER document_no_delete BEFORE DELETE ON document BEGIN SELECT RAISE(ABORT, 'append-only: DELETE on document is refused / 只增不改'); END
-- @ document | trigger | document_no_replace
CREATE TRIGGER document_no_replace BEFORE INSERT ON document WHEN EXISTS (SELECT 1 FROM document WHERE county = NEW.county AND key = NEW.key) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on document is refused / 只增不改'); END
-- @ document | trigger | document_no_replace_2
CREATE TRIGGER document_no_replace_2 BEFORE INSERT ON document WHEN EXISTS (SELECT 1 FROM document WHERE county = NEW.county AND seq = NEW.seq) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on document is refused / 只增不改'); END
-- @ document | trigger | document_no_replace_rowid
CREATE TRIGGER document_no_replace_rowid BEFORE INSERT ON document WHEN EXISTS (SELECT 1 FROM document WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on document is refused / 只增不改'); END
-- @ document | trigger | document_no_update
CREATE TRIGGER document_no_update BEFORE UPDATE ON document BEGIN SELECT RAISE(ABORT, 'append-only: UPDATE on document is refused / 只增不改'); END
-- @ dossier | index | dossier_parent
CREATE INDEX dossier_parent ON dossier (county, kind, parent) WHERE parent <> ''
-- @ dossier | table | dossier
CREATE TABLE dossier (
  seq     INTEGER NOT NULL,
  opened  INTEGER NOT NULL,
  amount  INTEGER NOT NULL,
  county  INT    NOT NULL,
  year    INT    NOT NULL,
  kind    TEXT   NOT NULL CHECK (kind <> ''),
  code    TEXT   NOT NULL CHECK (code <> ''),
  status  TEXT   NOT NULL,
  unit    TEXT   NOT NULL,
  village TEXT   NOT NULL,
  parent  TEXT   NOT NULL,
  title   TEXT   NOT NULL,
  body    BLOB  NOT NULL,
  PRIMARY KEY (county, kind, code)
) STRICT
-- @ dossier_fact | table | dossier_fact
CREATE TABLE dossier_fact (
  seq    INTEGER NOT NULL,
  county INT    NOT NULL,
  kind   TEXT   NOT NULL,
  code   TEXT   NOT NULL,
  PRIMARY KEY (county, kind, code, seq),
  UNIQUE (county, seq)
) STRICT
-- @ dossier_fact | trigger | dossier_fact_no_delete
CREATE TRIGGER dossier_fact_no_delete BEFORE DELETE ON dossier_fact BEGIN SELECT RAISE(ABORT, 'append-only: DELETE on dossier_fact is refused / 只增不改'); END
-- @ dossier_fact | trigger | dossier_fact_no_replace
CREATE TRIGGER dossier_fact_no_replace BEFORE INSERT ON dossier_fact WHEN EXISTS (SELECT 1 FROM dossier_fact WHERE county = NEW.county AND seq = NEW.seq) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on dossier_fact is refused / 只增不改'); END
-- @ dossier_fact | trigger | dossier_fact_no_replace_rowid
CREATE TRIGGER dossier_fact_no_replace_rowid BEFORE INSERT ON dossier_fact WHEN EXISTS (SELECT 1 FROM dossier_fact WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on dossier_fact is refused / 只增不改'); END
-- @ dossier_fact | trigger | dossier_fact_no_update
CREATE TRIGGER dossier_fact_no_update BEFORE UPDATE ON dossier_fact BEGIN SELECT RAISE(ABORT, 'append-only: UPDATE on dossier_fact is refused / 只增不改'); END
-- @ head | table | head
CREATE TABLE head (
  county      INT    NOT NULL PRIMARY KEY,
  code        TEXT   NOT NULL UNIQUE,
  name        TEXT   NOT NULL,
  next_seq    INTEGER NOT NULL CHECK (next_seq >= 1),
  next_key    INTEGER NOT NULL,
  next_series INTEGER NOT NULL,
  last_at     INTEGER NOT NULL,
  epoch       INTEGER NOT NULL,
  frontier    BLOB  NOT NULL
) STRICT
-- @ line | index | line_statement
CREATE INDEX line_statement ON line (key, day, seq)
-- @ line | table | line
CREATE TABLE line (
  seq    INTEGER   NOT NULL,
  fen    INTEGER   NOT NULL CHECK (fen <> 0 AND fen BETWEEN -100000000000000 AND 100000000000000),
  key    INTEGER   NOT NULL,
  county INT      NOT NULL,
  day    INT      NOT NULL,
  n      INTEGER NOT NULL CHECK (n >= 0),
  side   INTEGER NOT NULL CHECK (side IN (1, -1)),
  PRIMARY KEY (county, seq, n)
  , FOREIGN KEY (county, seq) REFERENCES record (county, seq) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID
-- @ line | trigger | line_no_delete
CREATE TRIGGER line_no_delete BEFORE DELETE ON line BEGIN SELECT RAISE(ABORT, 'append-only: DELETE on line is refused / 只增不改'); END
-- @ line | trigger | line_no_update
CREATE TRIGGER line_no_update BEFORE UPDATE ON line BEGIN SELECT RAISE(ABORT, 'append-only: UPDATE on line is refused / 只增不改'); END
-- @ line | trigger | line_sealed
CREATE TRIGGER line_sealed BEFORE INSERT ON line WHEN EXISTS (SELECT 1 FROM record WHERE county = NEW.county AND seq = NEW.seq) BEGIN SELECT RAISE(ABORT, 'the entry is sealed: no line can be added / 凭证已封存'); END
-- @ lot | table | lot
CREATE TABLE lot (
  seq         INTEGER NOT NULL,
  amount      INTEGER NOT NULL,
  county      INT    NOT NULL,
  line        INT    NOT NULL,
  budget_year INT    NOT NULL,
  id          BLOB NOT NULL,
  code        TEXT   NOT NULL,
  document    TEXT   NOT NULL,
  tier        TEXT   NOT NULL,
  class       TEXT   NOT NULL,
  doc_no      TEXT   NOT NULL,
  name        TEXT   NOT NULL,
  PRIMARY KEY (county, id),
  UNIQUE (county, document, line),
  UNIQUE (county, code)
) STRICT
-- @ lot | trigger | lot_no_delete
CREATE TRIGGER lot_no_delete BEFORE DELETE ON lot BEGIN SELECT RAISE(ABORT, 'append-only: DELETE on lot is refused / 只增不改'); END
-- @ lot | trigger | lot_no_replace
CREATE TRIGGER lot_no_replace BEFORE INSERT ON lot WHEN EXISTS (SELECT 1 FROM lot WHERE county = NEW.county AND id = NEW.id) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on lot is refused / 只增不改'); END
-- @ lot | trigger | lot_no_replace_2
CREATE TRIGGER lot_no_replace_2 BEFORE INSERT ON lot WHEN EXISTS (SELECT 1 FROM lot WHERE county = NEW.county AND document = NEW.document AND line = NEW.line) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on lot is refused / 只增不改'); END
-- @ lot | trigger | lot_no_replace_3
CREATE TRIGGER lot_no_replace_3 BEFORE INSERT ON lot WHEN EXISTS (SELECT 1 FROM lot WHERE county = NEW.county AND code = NEW.code) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on lot is refused / 只增不改'); END
-- @ lot | trigger | lot_no_replace_rowid
CREATE TRIGGER lot_no_replace_rowid BEFORE INSERT ON lot WHEN EXISTS (SELECT 1 FROM lot WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on lot is refused / 只增不改'); END
-- @ lot | trigger | lot_no_update
CREATE TRIGGER lot_no_update BEFORE UPDATE ON lot BEGIN SELECT RAISE(ABORT, 'append-only: UPDATE on lot is refused / 只增不改'); END
-- @ merger | table | merger
CREATE TABLE merger (
  seq       INTEGER NOT NULL,
  county    INT    NOT NULL,
  unit      TEXT   NOT NULL CHECK (unit <> ''),
  successor TEXT   NOT NULL CHECK (successor <> ''),
  PRIMARY KEY (county, seq)
) STRICT
-- @ merger | trigger | merger_no_delete
CREATE TRIGGER merger_no_delete BEFORE DELETE ON merger BEGIN SELECT RAISE(ABORT, 'append-only: DELETE on merger is refused / 只增不改'); END
-- @ merger | trigger | merger_no_replace
CREATE TRIGGER merger_no_replace BEFORE INSERT ON merger WHEN EXISTS (SELECT 1 FROM merger WHERE county = NEW.county AND seq = NEW.seq) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on merger is refused / 只增不改'); END
-- @ merger | trigger | merger_no_replace_rowid
CREATE TRIGGER merger_no_replace_rowid BEFORE INSERT ON merger WHEN EXISTS (SELECT 1 FROM merger WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on merger is refused / 只增不改'); END
-- @ merger | trigger | merger_no_update
CREATE TRIGGER merger_no_update BEFORE UPDATE ON merger BEGIN SELECT RAISE(ABORT, 'append-only: UPDATE on merger is refused / 只增不改'); END
-- @ notice | index | notice_record
CREATE UNIQUE INDEX notice_record ON notice (county, seq)
-- @ notice | table | notice
CREATE TABLE notice (
  seq        INTEGER NOT NULL,
  cutoff_seq INTEGER NOT NULL,
  county     INT    NOT NULL,
  valid_from INT    NOT NULL,
  valid_to   INT    NOT NULL,
  id         BLOB  NOT NULL,
  type       TEXT   NOT NULL,
  title      TEXT   NOT NULL,
  publisher  TEXT   NOT NULL,
  about      TEXT   NOT NULL,
  digest     BLOB  NOT NULL CHECK (length(digest) = 32),
  code       TEXT   NOT NULL UNIQUE,
  PRIMARY KEY (county, id)
) STRICT
-- @ notice | trigger | notice_no_delete
CREATE TRIGGER notice_no_delete BEFORE DELETE ON notice BEGIN SELECT RAISE(ABORT, 'append-only: DELETE on notice is refused / 只增不改'); END
-- @ notice | trigger | notice_no_replace
CREATE TRIGGER notice_no_replace BEFORE INSERT ON notice WHEN EXISTS (SELECT 1 FROM notice WHERE county = NEW.county AND id = NEW.id) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on notice is refused / 只增不改'); END
-- @ notice | trigger | notice_no_replace_2
CREATE TRIGGER notice_no_replace_2 BEFORE INSERT ON notice WHEN EXISTS (SELECT 1 FROM notice WHERE code = NEW.code) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on notice is refused / 只增不改'); END
-- @ notice | trigger | notice_no_replace_3
CREATE TRIGGER notice_no_replace_3 BEFORE INSERT ON notice WHEN EXISTS (SELECT 1 FROM notice WHERE county = NEW.county AND seq = NEW.seq) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on notice is refused / 只增不改'); END
-- @ notice | trigger | notice_no_replace_rowid
CREATE TRIGGER notice_no_replace_rowid BEFORE INSERT ON notice WHEN EXISTS (SELECT 1 FROM notice WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on notice is refused / 只增不改'); END
-- @ notice | trigger | notice_no_update
CREATE TRIGGER notice_no_update BEFORE UPDATE ON notice BEGIN SELECT RAISE(ABORT, 'append-only: UPDATE on notice is refused / 只增不改'); END
-- @ period_close | table | period_close
CREATE TABLE period_close (
  seq    INTEGER NOT NULL,
  county INT    NOT NULL,
  period INT    NOT NULL,
  book   TEXT   NOT NULL,
  PRIMARY KEY (county, book, period)
) STRICT
-- @ period_close | trigger | period_close_no_delete
CREATE TRIGGER period_close_no_delete BEFORE DELETE ON period_close BEGIN SELECT RAISE(ABORT, 'append-only: DELETE on period_close is refused / 只增不改'); END
-- @ period_close | trigger | period_close_no_replace
CREATE TRIGGER period_close_no_replace BEFORE INSERT ON period_close WHEN EXISTS (SELECT 1 FROM period_close WHERE county = NEW.county AND book = NEW.book AND period = NEW.period) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on period_close is refused / 只增不改'); END
-- @ period_close | trigger | period_close_no_replace_rowid
CREATE TRIGGER period_close_no_replace_rowid BEFORE INSERT ON period_close WHEN EXISTS (SELECT 1 FROM period_close WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on period_close is refused / 只增不改'); END
-- @ period_close | trigger | period_close_no_update
CREATE TRIGGER period_close_no_update BEFORE UPDATE ON period_close BEGIN SELECT RAISE(ABORT, 'append-only: UPDATE on period_close is refused / 只增不改'); END
-- @ policy | table | policy
CREATE TABLE policy (
  seq        INTEGER NOT NULL,
  county     INT    NOT NULL,
  valid_from INT    NOT NULL,
  name       TEXT   NOT NULL,
  value      TEXT   NOT NULL,
  basis      TEXT   NOT NULL,
  PRIMARY KEY (county, name, valid_from, seq)
) STRICT
-- @ policy | trigger | policy_no_delete
CREATE TRIGGER policy_no_delete BEFORE DELETE ON policy BEGIN SELECT RAISE(ABORT, 'append-only: DELETE on policy is refused / 只增不改'); END
-- @ policy | trigger | policy_no_replace
CREATE TRIGGER policy_no_replace BEFORE INSERT ON policy WHEN EXISTS (SELECT 1 FROM policy WHERE county = NEW.county AND name = NEW.name AND valid_from = NEW.valid_from AND seq = NEW.seq) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on policy is refused / 只增不改'); END
-- @ policy | trigger | policy_no_replace_rowid
CREATE TRIGGER policy_no_replace_rowid BEFORE INSERT ON policy WHEN EXISTS (SELECT 1 FROM policy WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on policy is refused / 只增不改'); END
-- @ policy | trigger | policy_no_update
CREATE TRIGGER policy_no_update BEFORE UPDATE ON policy BEGIN SELECT RAISE(ABORT, 'append-only: UPDATE on policy is refused / 只增不改'); END
-- @ record | index | record_idempotency
CREATE UNIQUE INDEX record_idempotency ON record (county, slot) WHERE slot IS NOT NULL
-- @ record | table | record
CREATE TABLE record (
  seq     INTEGER NOT NULL CHECK (seq >= 1),
  at      INTEGER NOT NULL,
  county  INT    NOT NULL,
  lines   INT    NOT NULL,
  day     INT,
  actor   BLOB NOT NULL,
  kind    TEXT   NOT NULL,
  slot    BLOB,
  body    BLOB  NOT NULL,
  PRIMARY KEY (county, seq)
) STRICT
-- @ record | trigger | record_no_delete
CREATE TRIGGER record_no_delete BEFORE DELETE ON record BEGIN SELECT RAISE(ABORT, 'append-only: DELETE on record is refused / 只增不改'); END
-- @ record | trigger | record_no_replace
CREATE TRIGGER record_no_replace BEFORE INSERT ON record WHEN EXISTS (SELECT 1 FROM record WHERE county = NEW.county AND seq = NEW.seq)
  OR (NEW.slot IS NOT NULL AND EXISTS (SELECT 1 FROM record WHERE county = NEW.county AND slot = NEW.slot AND slot IS NOT NULL)) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on record is refused / 只增不改'); END
-- @ record | trigger | record_no_replace_rowid
CREATE TRIGGER record_no_replace_rowid BEFORE INSERT ON record WHEN EXISTS (SELECT 1 FROM record WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on record is refused / 只增不改'); END
-- @ record | trigger | record_no_update
CREATE TRIGGER record_no_update BEFORE UPDATE ON record BEGIN SELECT RAISE(ABORT, 'append-only: UPDATE on record is refused / 只增不改'); END
-- @ record | trigger | record_seals
CREATE TRIGGER record_seals BEFORE INSERT ON record WHEN
  (NEW.day IS NULL) = (NEW.kind = 'entry')
  OR CASE WHEN NEW.kind = 'entry' THEN NEW.lines < 2 ELSE NEW.lines <> 0 END
  OR (SELECT coalesce(sum(c), 0) <> NEW.lines OR coalesce(sum(good), 0) <> NEW.lines OR coalesce(max(net <> 0), 0) FROM (
      SELECT count(*) AS c, count(k.id) FILTER (WHERE l.day = NEW.day) AS good, sum(l.side * l.fen) AS net
      FROM line l LEFT JOIN account_key k ON k.id = l.key AND k.county = l.county
      WHERE l.county = NEW.county AND l.seq = NEW.seq
      GROUP BY k.book, k.grp, k.lot)) BEGIN SELECT RAISE(ABORT, 'the record does not seal its lines: number, day, account or balance / 凭证不平或行数不符'); END
-- @ reversal | index | reversal_seq
CREATE INDEX reversal_seq ON reversal (county, seq)
-- @ reversal | table | reversal
CREATE TABLE reversal (
  original INTEGER NOT NULL,
  seq      INTEGER NOT NULL,
  county   INT    NOT NULL,
  PRIMARY KEY (county, original)
) STRICT
-- @ reversal | trigger | reversal_no_delete
CREATE TRIGGER reversal_no_delete BEFORE DELETE ON reversal BEGIN SELECT RAISE(ABORT, 'append-only: DELETE on reversal is refused / 只增不改'); END
-- @ reversal | trigger | reversal_no_replace
CREATE TRIGGER reversal_no_replace BEFORE INSERT ON reversal WHEN EXISTS (SELECT 1 FROM reversal WHERE county = NEW.county AND original = NEW.original) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on reversal is refused / 只增不改'); END
-- @ reversal | trigger | reversal_no_replace_rowid
CREATE TRIGGER reversal_no_replace_rowid BEFORE INSERT ON reversal WHEN EXISTS (SELECT 1 FROM reversal WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on reversal is refused / 只增不改'); END
-- @ reversal | trigger | reversal_no_update
CREATE TRIGGER reversal_no_update BEFORE UPDATE ON reversal BEGIN SELECT RAISE(ABORT, 'append-only: UPDATE on reversal is refused / 只增不改'); END
-- @ roster_row | index | roster_row_card
CREATE INDEX roster_row_card ON roster_row (county, card_index)
-- @ roster_row | index | roster_row_id
CREATE INDEX roster_row_id ON roster_row (county, id_index)
-- @ roster_row | table | roster_row
CREATE TABLE roster_row (
  seq        INTEGER NOT NULL,
  quantity   INTEGER NOT NULL CHECK (quantity > 0),
  standard   INTEGER NOT NULL CHECK (standard > 0),
  amount     INTEGER NOT NULL CHECK (amount > 0),
  county     INT    NOT NULL,
  n          INT    NOT NULL CHECK (n > 0),
  rev        INT    NOT NULL CHECK (rev > 0),
  year       INT    NOT NULL,
  code       TEXT   NOT NULL CHECK (code <> ''),
  programme  TEXT   NOT NULL,
  village    TEXT   NOT NULL,
  commitment BLOB  NOT NULL,
  id_index   BLOB  NOT NULL,
  card_index BLOB  NOT NULL,
  sealed     BLOB  NOT NULL,
  PRIMARY KEY (county, code, n, rev)
) STRICT
-- @ roster_row | trigger | roster_row_no_delete
CREATE TRIGGER roster_row_no_delete BEFORE DELETE ON roster_row BEGIN SELECT RAISE(ABORT, 'append-only: DELETE on roster_row is refused / 只增不改'); END
-- @ roster_row | trigger | roster_row_no_replace
CREATE TRIGGER roster_row_no_replace BEFORE INSERT ON roster_row WHEN EXISTS (SELECT 1 FROM roster_row WHERE county = NEW.county AND code = NEW.code AND n = NEW.n AND rev = NEW.rev) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on roster_row is refused / 只增不改'); END
-- @ roster_row | trigger | roster_row_no_replace_rowid
CREATE TRIGGER roster_row_no_replace_rowid BEFORE INSERT ON roster_row WHEN EXISTS (SELECT 1 FROM roster_row WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on roster_row is refused / 只增不改'); END
-- @ roster_row | trigger | roster_row_no_update
CREATE TRIGGER roster_row_no_update BEFORE UPDATE ON roster_row BEGIN SELECT RAISE(ABORT, 'append-only: UPDATE on roster_row is refused / 只增不改'); END
-- @ schema_file | table | schema_file
CREATE TABLE schema_file (name TEXT NOT NULL PRIMARY KEY, sha256 TEXT NOT NULL)
-- @ signed_head | table | signed_head
CREATE TABLE signed_head (
  size   INTEGER NOT NULL,
  county INT    NOT NULL,
  note   TEXT   NOT NULL,
  PRIMARY KEY (county, size)
) STRICT
-- @ signed_head | trigger | signed_head_no_delete
CREATE TRIGGER signed_head_no_delete BEFORE DELETE ON signed_head BEGIN SELECT RAISE(ABORT, 'append-only: DELETE on signed_head is refused / 只增不改'); END
-- @ signed_head | trigger | signed_head_no_replace
CREATE TRIGGER signed_head_no_replace BEFORE INSERT ON signed_head WHEN EXISTS (SELECT 1 FROM signed_head WHERE county = NEW.county AND size = NEW.size) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on signed_head is refused / 只增不改'); END
-- @ signed_head | trigger | signed_head_no_replace_rowid
CREATE TRIGGER signed_head_no_replace_rowid BEFORE INSERT ON signed_head WHEN EXISTS (SELECT 1 FROM signed_head WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on signed_head is refused / 只增不改'); END
-- @ signed_head | trigger | signed_head_no_update
CREATE TRIGGER signed_head_no_update BEFORE UPDATE ON signed_head BEGIN SELECT RAISE(ABORT, 'append-only: UPDATE on signed_head is refused / 只增不改'); END
-- @ store | table | store
CREATE TABLE store (
  id         INT    NOT NULL PRIMARY KEY CHECK (id = 1),
  mac_secret BLOB  NOT NULL
) STRICT
-- @ store | trigger | store_no_delete
CREATE TRIGGER store_no_delete BEFORE DELETE ON store BEGIN SELECT RAISE(ABORT, 'append-only: DELETE on store is refused / 只增不改'); END
-- @ store | trigger | store_no_replace
CREATE TRIGGER store_no_replace BEFORE INSERT ON store WHEN EXISTS (SELECT 1 FROM store WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on store is refused / 只增不改'); END
-- @ store | trigger | store_no_update
CREATE TRIGGER store_no_update BEFORE UPDATE ON store BEGIN SELECT RAISE(ABORT, 'append-only: UPDATE on store is refused / 只增不改'); END
-- @ tile | table | tile
CREATE TABLE tile (
  n      INTEGER NOT NULL,
  county INT    NOT NULL,
  level  INT    NOT NULL,
  data   BLOB  NOT NULL,
  PRIMARY KEY (county, level, n)
) STRICT
-- @ tile | trigger | tile_no_delete
CREATE TRIGGER tile_no_delete BEFORE DELETE ON tile BEGIN SELECT RAISE(ABORT, 'append-only: DELETE on tile is refused / 只增不改'); END
-- @ tile | trigger | tile_no_replace
CREATE TRIGGER tile_no_replace BEFORE INSERT ON tile WHEN EXISTS (SELECT 1 FROM tile WHERE county = NEW.county AND level = NEW.level AND n = NEW.n) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on tile is refused / 只增不改'); END
-- @ tile | trigger | tile_no_replace_rowid
CREATE TRIGGER tile_no_replace_rowid BEFORE INSERT ON tile WHEN EXISTS (SELECT 1 FROM tile WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on tile is refused / 只增不改'); END
-- @ tile | trigger | tile_no_update
CREATE TRIGGER tile_no_update BEFORE UPDATE ON tile BEGIN SELECT RAISE(ABORT, 'append-only: UPDATE on tile is refused / 只增不改'); END
-- @ user_account | table | user_account
CREATE TABLE user_account (
  seq        INTEGER NOT NULL,
  id         BLOB NOT NULL PRIMARY KEY,
  name       TEXT   NOT NULL UNIQUE,
  role       TEXT   NOT NULL,
  county     TEXT   NOT NULL,
  unit       TEXT   NOT NULL,
  token_hash BLOB  NOT NULL UNIQUE
) STRICT
-- @ user_account | trigger | user_account_no_delete
CREATE TRIGGER user_account_no_delete BEFORE DELETE ON user_account BEGIN SELECT RAISE(ABORT, 'append-only: DELETE on user_account is refused / 只增不改'); END
-- @ user_account | trigger | user_account_no_replace
CREATE TRIGGER user_account_no_replace BEFORE INSERT ON user_account WHEN EXISTS (SELECT 1 FROM user_account WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on user_account is refused / 只增不改'); END
-- @ user_account | trigger | user_account_no_replace_2
CREATE TRIGGER user_account_no_replace_2 BEFORE INSERT ON user_account WHEN EXISTS (SELECT 1 FROM user_account WHERE name = NEW.name) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on user_account is refused / 只增不改'); END
-- @ user_account | trigger | user_account_no_replace_3
CREATE TRIGGER user_account_no_replace_3 BEFORE INSERT ON user_account WHEN EXISTS (SELECT 1 FROM user_account WHERE token_hash = NEW.token_hash) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on user_account is refused / 只增不改'); END
-- @ user_account | trigger | user_account_no_replace_rowid
CREATE TRIGGER user_account_no_replace_rowid BEFORE INSERT ON user_account WHEN EXISTS (SELECT 1 FROM user_account WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on user_account is refused / 只增不改'); END
-- @ user_account | trigger | user_account_no_update
CREATE TRIGGER user_account_no_update BEFORE UPDATE ON user_account BEGIN SELECT RAISE(ABORT, 'append-only: UPDATE on user_account is refused / 只增不改'); END
-- @ user_revocation | table | user_revocation
CREATE TABLE user_revocation (
  seq INTEGER NOT NULL,
  id  BLOB NOT NULL PRIMARY KEY
) STRICT
-- @ user_revocation | trigger | user_revocation_no_delete
CREATE TRIGGER user_revocation_no_delete BEFORE DELETE ON user_revocation BEGIN SELECT RAISE(ABORT, 'append-only: DELETE on user_revocation is refused / 只增不改'); END
-- @ user_revocation | trigger | user_revocation_no_replace
CREATE TRIGGER user_revocation_no_replace BEFORE INSERT ON user_revocation WHEN EXISTS (SELECT 1 FROM user_revocation WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on user_revocation is refused / 只增不改'); END
-- @ user_revocation | trigger | user_revocation_no_replace_rowid
CREATE TRIGGER user_revocation_no_replace_rowid BEFORE INSERT ON user_revocation WHEN EXISTS (SELECT 1 FROM user_revocation WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on user_revocation is refused / 只增不改'); END
-- @ user_revocation | trigger | user_revocation_no_update
CREATE TRIGGER user_revocation_no_update BEFORE UPDATE ON user_revocation BEGIN SELECT RAISE(ABORT, 'append-only: UPDATE on user_revocation is refused / 只增不改'); END
-- @ user_token | table | user_token
CREATE TABLE user_token (
  seq        INTEGER NOT NULL,
  id         BLOB  NOT NULL,
  replaces   BLOB  NOT NULL PRIMARY KEY CHECK (length(replaces) = 32),
  token_hash BLOB  NOT NULL UNIQUE CHECK (length(token_hash) = 32)
) STRICT
-- @ user_token | trigger | user_token_no_delete
CREATE TRIGGER user_token_no_delete BEFORE DELETE ON user_token BEGIN SELECT RAISE(ABORT, 'append-only: DELETE on user_token is refused / 只增不改'); END
-- @ user_token | trigger | user_token_no_replace
CREATE TRIGGER user_token_no_replace BEFORE INSERT ON user_token WHEN EXISTS (SELECT 1 FROM user_token WHERE replaces = NEW.replaces) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on user_token is refused / 只增不改'); END
-- @ user_token | trigger | user_token_no_replace_2
CREATE TRIGGER user_token_no_replace_2 BEFORE INSERT ON user_token WHEN EXISTS (SELECT 1 FROM user_token WHERE token_hash = NEW.token_hash) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on user_token is refused / 只增不改'); END
-- @ user_token | trigger | user_token_no_replace_rowid
CREATE TRIGGER user_token_no_replace_rowid BEFORE INSERT ON user_token WHEN EXISTS (SELECT 1 FROM user_token WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on user_token is refused / 只增不改'); END
-- @ user_token | trigger | user_token_no_update
CREATE TRIGGER user_token_no_update BEFORE UPDATE ON user_token BEGIN SELECT RAISE(ABORT, 'append-only: UPDATE on user_token is refused / 只增不改'); END
-- @ voucher | table | voucher
CREATE TABLE voucher (
  seq    INTEGER NOT NULL,
  county INT    NOT NULL,
  series INT    NOT NULL,
  no     INT    NOT NULL CHECK (no >= 1),
  PRIMARY KEY (county, series, no)
) STRICT, WITHOUT ROWID
-- @ voucher | trigger | voucher_no_delete
CREATE TRIGGER voucher_no_delete BEFORE DELETE ON voucher BEGIN SELECT RAISE(ABORT, 'append-only: DELETE on voucher is refused / 只增不改'); END
-- @ voucher | trigger | voucher_no_replace
CREATE TRIGGER voucher_no_replace BEFORE INSERT ON voucher WHEN EXISTS (SELECT 1 FROM voucher WHERE county = NEW.county AND series = NEW.series AND no = NEW.no) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on voucher is refused / 只增不改'); END
-- @ voucher | trigger | voucher_no_update
CREATE TRIGGER voucher_no_update BEFORE UPDATE ON voucher BEGIN SELECT RAISE(ABORT, 'append-only: UPDATE on voucher is refused / 只增不改'); END
-- @ voucher_series | table | voucher_series
CREATE TABLE voucher_series (
  county INT  NOT NULL,
  id     INT  NOT NULL,
  period INT  NOT NULL,
  book   TEXT NOT NULL,
  word   TEXT NOT NULL,
  PRIMARY KEY (county, id),
  UNIQUE (county, book, period, word)
) STRICT
-- @ voucher_series | trigger | voucher_series_no_delete
CREATE TRIGGER voucher_series_no_delete BEFORE DELETE ON voucher_series BEGIN SELECT RAISE(ABORT, 'append-only: DELETE on voucher_series is refused / 只增不改'); END
-- @ voucher_series | trigger | voucher_series_no_replace
CREATE TRIGGER voucher_series_no_replace BEFORE INSERT ON voucher_series WHEN EXISTS (SELECT 1 FROM voucher_series WHERE county = NEW.county AND id = NEW.id) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on voucher_series is refused / 只增不改'); END
-- @ voucher_series | trigger | voucher_series_no_replace_2
CREATE TRIGGER voucher_series_no_replace_2 BEFORE INSERT ON voucher_series WHEN EXISTS (SELECT 1 FROM voucher_series WHERE county = NEW.county AND book = NEW.book AND period = NEW.period AND word = NEW.word) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on voucher_series is refused / 只增不改'); END
-- @ voucher_series | trigger | voucher_series_no_replace_rowid
CREATE TRIGGER voucher_series_no_replace_rowid BEFORE INSERT ON voucher_series WHEN EXISTS (SELECT 1 FROM voucher_series WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on voucher_series is refused / 只增不改'); END
-- @ voucher_series | trigger | voucher_series_no_update
CREATE TRIGGER voucher_series_no_update BEFORE UPDATE ON voucher_series BEGIN SELECT RAISE(ABORT, 'append-only: UPDATE on voucher_series is refused / 只增不改'); END
-- @ 凭证 | view | 凭证
CREATE VIEW "凭证" AS
  SELECT h.code AS "县", s.book AS "账套", substr(CAST(s.period AS TEXT), 1, 4) || '-' || substr(CAST(s.period AS TEXT), 5, 2) AS "期间", s.word AS "字", v.no AS "号",
    v.seq AS "序号", substr(CAST(r.day AS TEXT), 1, 4) || '-' || substr(CAST(r.day AS TEXT), 5, 2) || '-' || substr(CAST(r.day AS TEXT), 7, 2) AS "凭证日期",
    strftime('%Y-%m-%d %H:%M:%S', r.at / 1000000 + 28800, 'unixepoch') AS "记录时间", r.lines AS "分录数",
    o.original AS "冲销序号", b.seq AS "被冲销序号", lower(hex(r.actor)) AS "操作人"
  FROM voucher v JOIN voucher_series s ON s.county = v.county AND s.id = v.series JOIN head h ON h.county = v.county
    JOIN record r ON r.county = v.county AND r.seq = v.seq
    LEFT JOIN reversal o ON o.county = v.county AND o.seq = v.seq LEFT JOIN reversal b ON b.county = v.county AND b.original = v.seq
-- @ 分录 | view | 分录
CREATE VIEW "分录" AS
  SELECT h.code AS "县", l.seq AS "序号", l.n + 1 AS "行", substr(CAST(l.day AS TEXT), 1, 4) || '-' || substr(CAST(l.day AS TEXT), 5, 2) || '-' || substr(CAST(l.day AS TEXT), 7, 2) AS "凭证日期",
    k.book AS "账套", k.grp AS "账组", k.account AS "科目", a."名称" AS "科目名称", k.sub AS "明细", t.code AS "批次",
    k.project AS "项目", k.contract AS "合同", k.payee AS "收款方", k.unit AS "单位", k.pool AS "资金池",
    coalesce(p.code, '') AS "对方批次", CASE WHEN l.side = 1 THEN '借' ELSE '贷' END AS "方向",
    CASE WHEN l.fen < 0 THEN '-' ELSE '' END || printf('%d.%02d', abs(l.fen) / 100, abs(l.fen) % 100) AS "金额", l.fen AS "金额分", k.id % 4294967296 AS "账户编号"
  FROM line l JOIN account_key k ON k.id = l.key JOIN head h ON h.county = l.county
    LEFT JOIN "科目" a ON a."科目" = k.account LEFT JOIN lot t ON t.county = k.county AND t.id = k.lot
    LEFT JOIN lot p ON p.county = k.county AND p.id = k.peer
-- @ 批次 | view | 批次
CREATE VIEW "批次" AS
  SELECT h.code AS "县", l.code AS "批次", lower(hex(l.id)) AS "标识", l.document AS "文件", l.line AS "行",
    CASE WHEN l.doc_no = '' THEN '未列明文号' ELSE l.doc_no END AS "文号", l.name AS "资金名称", l.budget_year AS "预算年度",
    CASE l.tier WHEN 'central' THEN '中央' WHEN 'province' THEN '省级' WHEN 'city' THEN '市级' WHEN 'county' THEN '县级' WHEN 'central+province' THEN '中央及省级' WHEN 'donor' THEN '社会帮扶' WHEN 'own' THEN '自筹' WHEN 'other' THEN '其他' WHEN 'unstated' THEN '未列明' ELSE l.tier END AS "层级",
    CASE l.class WHEN 'ZX' THEN '财政专项扶贫资金' WHEN 'XJ' THEN '财政衔接推进乡村振兴补助资金' WHEN 'ZH' THEN '统筹整合财政涉农资金' WHEN 'ZQ' THEN '地方政府一般债券' WHEN 'ZC' THEN '县本级安排' WHEN 'HZ' THEN '东西部协作、定点帮扶' WHEN 'SH' THEN '社会捐赠' WHEN 'CP' THEN '中央专项彩票公益金' WHEN 'TX' THEN '扶贫小额信贷贴息' WHEN 'LX' THEN '存款利息' WHEN 'RZ' THEN '融资资金' WHEN 'JZ' THEN '收回结余再安排' WHEN 'QT' THEN '其他配套、自筹资金' WHEN 'BZ' THEN '代管保证金' WHEN 'DQ' THEN '待确认来款' ELSE l.class END AS "类别",
    CASE WHEN l.amount < 0 THEN '-' ELSE '' END || printf('%d.%02d', abs(l.amount) / 100, abs(l.amount) % 100) AS "文件金额", l.amount AS "文件金额分", l.seq AS "登记序号"
  FROM lot l JOIN head h ON h.county = l.county
-- @ 科目 | view | 科目
CREATE VIEW "科目" AS
  SELECT x.account AS "科目", x.name AS "名称", x.side AS "余额方向", x.grp AS "账组" FROM (
    SELECT '1001' AS account, '国库待拨资金' AS name, '借' AS side, 'F' AS grp
    UNION ALL SELECT '1002', '专户存款', '借', 'F'
    UNION ALL SELECT '1101', '拨付乡镇待报账资金', '借', 'F'
    UNION ALL SELECT '1102', '批次间垫付往来', '借', 'F'
    UNION ALL SELECT '1201', '预付项目款', '借', 'F'
    UNION ALL SELECT '1203', '一卡通代发在途', '借', 'F'
    UNION ALL SELECT '1211', '应追回资金', '借', 'F'
    UNION ALL SELECT '1301', '在建项目支出', '借', 'F'
    UNION ALL SELECT '1303', '乡级待报账支出', '借', 'F'
    UNION ALL SELECT '2001', '应付项目款', '贷', 'F'
    UNION ALL SELECT '2002', '应付到户补助', '贷', 'F'
    UNION ALL SELECT '2003', '应付质量保证金', '贷', 'F'
    UNION ALL SELECT '2004', '代管保证金', '贷', 'F'
    UNION ALL SELECT '2005', '错付待恢复应付款', '贷', 'F'
    UNION ALL SELECT '2006', '待确认来款', '贷', 'F'
    UNION ALL SELECT '2102', '县级拨入待报账资金', '贷', 'F'
    UNION ALL SELECT '2201', '应缴财政款', '贷', 'F'
    UNION ALL SELECT '3001', '专项资金结转', '贷', 'F'
    UNION ALL SELECT '3201', '以前年度调整', '贷', 'F'
    UNION ALL SELECT '3301', '本年收支结转', '贷', 'F'
    UNION ALL SELECT '4001', '上级补助收入', '贷', 'F'
    UNION ALL SELECT '4002', '本级安排收入', '贷', 'F'
    UNION ALL SELECT '4003', '债券资金收入', '贷', 'F'
    UNION ALL SELECT '4004', '社会帮扶收入', '贷', 'F'
    UNION ALL SELECT '4005', '利息收入', '贷', 'F'
    UNION ALL SELECT '5001', '项目支出', '借', 'F'
    UNION ALL SELECT '5003', '到户补助支出', '借', 'F'
    UNION ALL SELECT '5004', '贷款贴息支出', '借', 'F'
    UNION ALL SELECT '5005', '项目管理费', '借', 'F'
    UNION ALL SELECT '6101', '上级下达指标', '贷', 'B'
    UNION ALL SELECT '6102', '本级安排指标', '贷', 'B'
    UNION ALL SELECT '6103', '债券资金指标', '贷', 'B'
    UNION ALL SELECT '6104', '社会帮扶指标', '贷', 'B'
    UNION ALL SELECT '6105', '利息转入指标', '贷', 'B'
    UNION ALL SELECT '6201', '上年结转指标', '贷', 'B'
    UNION ALL SELECT '6202', '以前年度收回指标', '贷', 'B'
    UNION ALL SELECT '7101', '待分配指标', '借', 'B'
    UNION ALL SELECT '7102', '统筹整合资金池', '借', 'B'
    UNION ALL SELECT '7103', '已分解部门指标', '借', 'B'
    UNION ALL SELECT '7104', '已分解乡镇指标', '借', 'B'
    UNION ALL SELECT '7105', '已分解下级县区指标', '借', 'B'
    UNION ALL SELECT '7106', '已分解未指明单位指标', '借', 'B'
    UNION ALL SELECT '7201', '项目计划指标', '借', 'B'
    UNION ALL SELECT '7202', '项目合同约束', '借', 'B'
    UNION ALL SELECT '7203', '应付待支付指标', '借', 'B'
    UNION ALL SELECT '7204', '支付申请占用', '借', 'B'
    UNION ALL SELECT '7301', '已付待报账', '借', 'B'
    UNION ALL SELECT '7302', '已报账列支', '借', 'B'
    UNION ALL SELECT '7401', '待收回指标', '借', 'B'
    UNION ALL SELECT '7403', '上级收回', '借', 'B'
    UNION ALL SELECT '7404', '收回本级统筹', '借', 'B'
    UNION ALL SELECT '9101', '备查登记', '借', 'M'
    UNION ALL SELECT '9102', '备查对应', '贷', 'M'
  ) x
-- @ 科目余额 | view | 科目余额
CREATE VIEW "科目余额" AS
  SELECT x.code AS "县", x.book AS "账套", x.grp AS "账组", x.account AS "科目", a."名称" AS "科目名称", x.sub AS "明细", x.lot AS "批次",
    CASE WHEN x.debit < 0 THEN '-' ELSE '' END || printf('%d.%02d', abs(x.debit) / 100, abs(x.debit) % 100) AS "借方",
    CASE WHEN x.credit < 0 THEN '-' ELSE '' END || printf('%d.%02d', abs(x.credit) / 100, abs(x.credit) % 100) AS "贷方",
    CASE WHEN (x.debit - x.credit) < 0 THEN '-' ELSE '' END || printf('%d.%02d', abs((x.debit - x.credit)) / 100, abs((x.debit - x.credit)) % 100) AS "余额",
    x.debit AS "借方分", x.credit AS "贷方分", x.debit - x.credit AS "余额分"
  FROM (SELECT h.code, k.book, k.grp, k.account, k.sub, t.code AS lot, CAST(sum(d.debit) AS INTEGER) AS debit, CAST(sum(d.credit) AS INTEGER) AS credit
    FROM account_key k JOIN day_total d ON d.key = k.id JOIN head h ON h.county = k.county
      LEFT JOIN lot t ON t.county = k.county AND t.id = k.lot
    GROUP BY h.code, k.book, k.grp, k.account, k.sub, t.code) x LEFT JOIN "科目" a ON a."科目" = x.account
