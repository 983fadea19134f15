-- +goose Up
-- Units that an entry of E28 merged into another; it stands while no row of
-- reversal names its entry.
CREATE TABLE merger (
  seq       BIGINT NOT NULL,
  county    INT    NOT NULL,
  unit      TEXT   NOT NULL CHECK (unit <> ''),
  successor TEXT   NOT NULL CHECK (successor <> ''),
  PRIMARY KEY (county, seq)
) /*sqlite:STRICT*/;
-- What kind of unit a name stands for is told by its accounts.
CREATE INDEX account_key_unit ON account_key (county, unit, account) WHERE unit <> '';
