-- +goose Up
-- Issued notices. What a notice says is derived from the ledger at cutoff_seq;
-- its record holds the digest that the content must have for ever.
CREATE TABLE notice (
  seq        BIGINT NOT NULL,
  cutoff_seq BIGINT NOT NULL,
  county     INT    NOT NULL,
  valid_from INT    NOT NULL,
  valid_to   INT    NOT NULL,
  id         BYTEA  NOT NULL,
  type       TEXT   NOT NULL,
  title      TEXT   NOT NULL,
  publisher  TEXT   NOT NULL,
  about      TEXT   NOT NULL,
  digest     BYTEA  NOT NULL CHECK (length(digest) = 32),
  code       TEXT   NOT NULL UNIQUE,
  PRIMARY KEY (county, id)
) /*sqlite:STRICT*/;
CREATE UNIQUE INDEX notice_record ON notice (county, seq);
