-- +goose Up
-- Dossiers: what the log says of one project, contract, claim …. A dossier's row
-- is derived: its state folded from the log, and what lists need of it. Which
-- facts belong to which dossier is logged and stays.

CREATE TABLE dossier (
  seq     BIGINT NOT NULL,
  opened  BIGINT NOT NULL,
  amount  BIGINT NOT NULL,
  county  INT    NOT NULL,
  year    INT    NOT NULL,
  kind    TEXT   NOT NULL CHECK (kind <> ''),
  code    TEXT   NOT NULL CHECK (code <> ''),
  status  TEXT   NOT NULL,
  unit    TEXT   NOT NULL,
  village TEXT   NOT NULL,
  parent  TEXT   NOT NULL,
  title   TEXT   NOT NULL,
  body    BYTEA  NOT NULL,
  PRIMARY KEY (county, kind, code)
) /*sqlite:STRICT*/;
CREATE INDEX dossier_parent ON dossier (county, kind, parent) WHERE parent <> '';

CREATE TABLE dossier_fact (
  seq    BIGINT NOT NULL,
  county INT    NOT NULL,
  kind   TEXT   NOT NULL,
  code   TEXT   NOT NULL,
  PRIMARY KEY (county, kind, code, seq),
  UNIQUE (county, seq)
) /*sqlite:STRICT*/;
