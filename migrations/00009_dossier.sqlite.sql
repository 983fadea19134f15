-- +goose Up
-- Law 3: which facts a dossier has is logged; see 00002.

-- +goose StatementBegin
CREATE TRIGGER dossier_fact_no_update BEFORE UPDATE ON dossier_fact BEGIN SELECT RAISE(ABORT, 'append-only: UPDATE on dossier_fact is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER dossier_fact_no_delete BEFORE DELETE ON dossier_fact BEGIN SELECT RAISE(ABORT, 'append-only: DELETE on dossier_fact is refused / 只增不改'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER dossier_fact_no_replace BEFORE INSERT ON dossier_fact WHEN EXISTS (SELECT 1 FROM dossier_fact WHERE county = NEW.county AND seq = NEW.seq) BEGIN SELECT RAISE(ABORT, 'append-only: REPLACE on dossier_fact is refused / 只增不改'); END;
-- +goose StatementEnd
