-- +goose Up
-- What published files brought in. Both tables are found by key only; what was
-- said stands in the record.

-- Imported funding notices: one row a notice, posted or not at all.
CREATE TABLE document (
  seq       BIGINT NOT NULL,
  county    INT    NOT NULL,
  fund_year INT    NOT NULL,
  published INT    NOT NULL,
  key       TEXT   NOT NULL CHECK (key <> ''),
  title     TEXT   NOT NULL,
  issuer    TEXT   NOT NULL,
  kind      TEXT   NOT NULL,
  digest    BYTEA  NOT NULL CHECK (length(digest) = 32),
  PRIMARY KEY (county, key)
) /*sqlite:STRICT*/;
CREATE UNIQUE INDEX document_record ON document (county, seq);

-- Divisions: from valid_from on the code has the name, until its next row; an
-- empty name ends it. 0 is a date not stated.
CREATE TABLE division (
  seq        BIGINT NOT NULL,
  county     INT    NOT NULL,
  level      INT    NOT NULL CHECK (level BETWEEN 1 AND 5),
  valid_from INT    NOT NULL CHECK (valid_from > 0),
  valid_to   INT    NOT NULL,
  code       TEXT   NOT NULL,
  name       TEXT   NOT NULL,
  parent     TEXT   NOT NULL,
  successor  TEXT   NOT NULL,
  PRIMARY KEY (county, code, valid_from)
) /*sqlite:STRICT*/;
