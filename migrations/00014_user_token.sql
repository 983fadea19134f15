-- +goose Up
-- A new token of an account. Each ends the token that it replaces, once; the
-- account keeps its identifier, and with it its idempotency keys.
CREATE TABLE user_token (
  seq        BIGINT NOT NULL,
  id         BYTEA  NOT NULL,
  replaces   BYTEA  NOT NULL PRIMARY KEY CHECK (length(replaces) = 32),
  token_hash BYTEA  NOT NULL UNIQUE CHECK (length(token_hash) = 32)
) /*sqlite:STRICT*/;
