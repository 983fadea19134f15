-- +goose Up
-- The ledger's core. Written once for both engines: see migrations.go for the
-- few words that differ. Days are the integers yyyymmdd, instants are
-- microseconds of UTC, money is fen.

-- One row for the store: the secret under which request bodies are sealed.
CREATE TABLE store (
  id         INT    NOT NULL PRIMARY KEY CHECK (id = 1),
  mac_secret BYTEA  NOT NULL
) /*sqlite:STRICT*/;

-- The head of each county's log. Whoever writes a county's rows holds this row.
CREATE TABLE head (
  county      INT    NOT NULL PRIMARY KEY,
  code        TEXT   NOT NULL UNIQUE,
  name        TEXT   NOT NULL,
  next_seq    BIGINT NOT NULL CHECK (next_seq >= 1),
  next_key    BIGINT NOT NULL,
  next_series BIGINT NOT NULL,
  last_at     BIGINT NOT NULL,
  epoch       BIGINT NOT NULL,
  frontier    BYTEA  NOT NULL
) /*sqlite:STRICT*/;

-- Accounts with all their dimensions, numbered by the county's writer: the
-- county in the high 32 bits, 1, 2, 3 … in the low ones, so that one column
-- names an account and no query plan has a choice.
CREATE TABLE account_key (
  id       BIGINT NOT NULL PRIMARY KEY,
  county   INT  NOT NULL,
  lot      BYTEA NOT NULL,
  peer     BYTEA NOT NULL,
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
) /*sqlite:STRICT*/;
CREATE UNIQUE INDEX account_key_name ON account_key
  (county, lot, book, account, sub, project, contract, payee, unit, pool, peer);

-- Everything recorded, in one gap-free order per county: entry header, leaf,
-- audit row and idempotency in one row. It is inserted after its lines and so
-- seals them. slot stands on the first record of a command: what one person used one
-- idempotency key for, as 16 bytes of a hash. Whatever else the header of a record says
-- (identifier, command, seal of the request) stands in its body alone.
CREATE TABLE record (
  seq     BIGINT NOT NULL CHECK (seq >= 1),
  at      BIGINT NOT NULL,
  county  INT    NOT NULL,
  lines   INT    NOT NULL,
  day     INT,
  actor   BYTEA NOT NULL,
  kind    TEXT   NOT NULL,
  slot    BYTEA,
  body    BYTEA  NOT NULL,
  PRIMARY KEY (county, seq)
) /*sqlite:STRICT*/;
CREATE UNIQUE INDEX record_idempotency ON record (county, slot) WHERE slot IS NOT NULL;

-- Lines of entries. A red line has a negative amount on its own side.
CREATE TABLE line (
  seq    BIGINT   NOT NULL,
  fen    BIGINT   NOT NULL CHECK (fen <> 0 AND fen BETWEEN -100000000000000 AND 100000000000000),
  key    BIGINT   NOT NULL,
  county INT      NOT NULL,
  day    INT      NOT NULL,
  n      SMALLINT NOT NULL CHECK (n >= 0),
  side   SMALLINT NOT NULL CHECK (side IN (1, -1)),
  PRIMARY KEY (county, seq, n)
  /*sqlite:, FOREIGN KEY (county, seq) REFERENCES record (county, seq) DEFERRABLE INITIALLY DEFERRED*/
) /*sqlite:STRICT, WITHOUT ROWID*/;
CREATE INDEX line_statement ON line (key, day, seq);

-- Movements per account and effective day; derived, rebuilt by refold.
CREATE TABLE day_total (
  debit  BIGINT NOT NULL,
  credit BIGINT NOT NULL,
  key    BIGINT NOT NULL,
  day    INT    NOT NULL,
  PRIMARY KEY (key, day)
) /*sqlite:STRICT, WITHOUT ROWID*/;

-- Voucher numbers: a series per (book, period, word), numbers 1..n.
CREATE TABLE voucher_series (
  county INT  NOT NULL,
  id     INT  NOT NULL,
  period INT  NOT NULL,
  book   TEXT NOT NULL,
  word   TEXT NOT NULL,
  PRIMARY KEY (county, id),
  UNIQUE (county, book, period, word)
) /*sqlite:STRICT*/;
CREATE TABLE voucher (
  seq    BIGINT NOT NULL,
  county INT    NOT NULL,
  series INT    NOT NULL,
  no     INT    NOT NULL CHECK (no >= 1),
  PRIMARY KEY (county, series, no)
) /*sqlite:STRICT, WITHOUT ROWID*/;

-- Which entry turned which one red; once.
CREATE TABLE reversal (
  original BIGINT NOT NULL,
  seq      BIGINT NOT NULL,
  county   INT    NOT NULL,
  PRIMARY KEY (county, original)
) /*sqlite:STRICT*/;

-- Full tiles of the Merkle log, 256 hashes each, and signed heads.
CREATE TABLE tile (
  n      BIGINT NOT NULL,
  county INT    NOT NULL,
  level  INT    NOT NULL,
  data   BYTEA  NOT NULL,
  PRIMARY KEY (county, level, n)
) /*sqlite:STRICT*/;
CREATE TABLE signed_head (
  size   BIGINT NOT NULL,
  county INT    NOT NULL,
  note   TEXT   NOT NULL,
  PRIMARY KEY (county, size)
) /*sqlite:STRICT*/;

-- Lots: one line of one funding document each.
CREATE TABLE lot (
  seq         BIGINT NOT NULL,
  amount      BIGINT NOT NULL,
  county      INT    NOT NULL,
  line        INT    NOT NULL,
  budget_year INT    NOT NULL,
  id          BYTEA NOT NULL,
  code        TEXT   NOT NULL,
  document    TEXT   NOT NULL,
  tier        TEXT   NOT NULL,
  class       TEXT   NOT NULL,
  doc_no      TEXT   NOT NULL,
  name        TEXT   NOT NULL,
  PRIMARY KEY (county, id),
  UNIQUE (county, document, line),
  UNIQUE (county, code)
) /*sqlite:STRICT*/;

-- Closed periods per book, and dated policies with their legal basis.
CREATE TABLE period_close (
  seq    BIGINT NOT NULL,
  county INT    NOT NULL,
  period INT    NOT NULL,
  book   TEXT   NOT NULL,
  PRIMARY KEY (county, book, period)
) /*sqlite:STRICT*/;
CREATE TABLE policy (
  seq        BIGINT NOT NULL,
  county     INT    NOT NULL,
  valid_from INT    NOT NULL,
  name       TEXT   NOT NULL,
  value      TEXT   NOT NULL,
  basis      TEXT   NOT NULL,
  PRIMARY KEY (county, name, valid_from, seq)
) /*sqlite:STRICT*/;

-- Who may sign in. Tokens are kept as SHA-256 only; a revocation is a row.
CREATE TABLE user_account (
  seq        BIGINT NOT NULL,
  id         BYTEA NOT NULL PRIMARY KEY,
  name       TEXT   NOT NULL UNIQUE,
  role       TEXT   NOT NULL,
  county     TEXT   NOT NULL,
  unit       TEXT   NOT NULL,
  token_hash BYTEA  NOT NULL UNIQUE
) /*sqlite:STRICT*/;
CREATE TABLE user_revocation (
  seq BIGINT NOT NULL,
  id  BYTEA NOT NULL PRIMARY KEY
) /*sqlite:STRICT*/;
