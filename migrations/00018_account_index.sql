-- +goose Up
-- Commands ask what one contract, or one account of every lot, holds: each by its own
-- way into the accounts, so that a claim costs the same in a county of a hundred
-- accounts and of a hundred thousand.
CREATE INDEX account_key_contract ON account_key (county, contract);
CREATE INDEX account_key_account ON account_key (county, account, project);
