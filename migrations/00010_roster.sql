-- +goose Up
-- The rows of rosters: one version of one person's row. What stands in the log is
-- the commitment, the quantity and the amount; the person is sealed under a key
-- that is not in the database. The indexes are keyed digests, for duplicates. A
-- version is never changed: a corrected card is the next one.

CREATE TABLE roster_row (
  seq        BIGINT NOT NULL,
  quantity   BIGINT NOT NULL CHECK (quantity > 0),
  standard   BIGINT NOT NULL CHECK (standard > 0),
  amount     BIGINT NOT NULL CHECK (amount > 0),
  county     INT    NOT NULL,
  n          INT    NOT NULL CHECK (n > 0),
  rev        INT    NOT NULL CHECK (rev > 0),
  year       INT    NOT NULL,
  code       TEXT   NOT NULL CHECK (code <> ''),
  programme  TEXT   NOT NULL,
  village    TEXT   NOT NULL,
  commitment BYTEA  NOT NULL,
  id_index   BYTEA  NOT NULL,
  card_index BYTEA  NOT NULL,
  sealed     BYTEA  NOT NULL,
  PRIMARY KEY (county, code, n, rev)
) /*sqlite:STRICT*/;
CREATE INDEX roster_row_id ON roster_row (county, id_index);
CREATE INDEX roster_row_card ON roster_row (county, card_index);
