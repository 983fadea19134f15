-- +goose Up
-- Laws 1 and 3 inside PostgreSQL. Statement triggers with transition tables:
-- row triggers cost 13–23 % of the posting rate. The functions keep to index
-- scans: a plan that a session made while the tables were empty would otherwise
-- read them whole for ever.

-- +goose StatementBegin
CREATE FUNCTION fundbook_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'append-only: % on % is refused / 只增不改', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FB001';
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
DO $$
DECLARE t TEXT;
BEGIN
  FOREACH t IN ARRAY ARRAY['store','account_key','record','line','voucher_series','voucher','reversal','tile',
                           'signed_head','lot','period_close','policy','user_account','user_revocation'] LOOP
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %I EXECUTE FUNCTION fundbook_append_only()', t);
  END LOOP;
END $$;
-- +goose StatementEnd

-- A line for a record that exists comes too late.
-- +goose StatementBegin
CREATE FUNCTION fundbook_line_sealed() RETURNS trigger LANGUAGE plpgsql
  SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
  -- Whoever adds lines holds the county's head row, as the service does already:
  -- a second session cannot slip a line under a record that is being sealed.
  PERFORM 1 FROM head WHERE county IN (SELECT county FROM inserted) FOR UPDATE;
  IF EXISTS (SELECT 1 FROM (SELECT DISTINCT county, seq FROM inserted) x JOIN record USING (county, seq)) THEN
    RAISE EXCEPTION 'the entry is sealed: no line can be added / 凭证已封存' USING ERRCODE = 'FB002';
  END IF;
  RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER line_sealed AFTER INSERT ON line REFERENCING NEW TABLE AS inserted
  FOR EACH STATEMENT EXECUTE FUNCTION fundbook_line_sealed();

-- The record seals its lines: their number, their day, and zero per (book,
-- group, lot). Only entries have lines, and they have at least two.
-- +goose StatementBegin
CREATE FUNCTION fundbook_record_seals() RETURNS trigger LANGUAGE plpgsql
  SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
  IF EXISTS (
    SELECT 1 FROM inserted r CROSS JOIN LATERAL (
      SELECT count(*) AS c, count(*) FILTER (WHERE k.county = l.county) AS known, count(*) FILTER (WHERE l.day <> r.day) AS off
      FROM line l LEFT JOIN account_key k ON k.id = l.key
      WHERE l.county = r.county AND l.seq = r.seq) x
    WHERE x.c <> r.lines OR x.known <> r.lines OR x.off > 0 OR (r.day IS NULL) = (r.kind = 'entry')
       OR CASE WHEN r.kind = 'entry' THEN r.lines < 2 ELSE r.lines <> 0 END)
  OR EXISTS (
    SELECT 1 FROM inserted r
    JOIN line l ON l.county = r.county AND l.seq = r.seq
    JOIN account_key k ON k.id = l.key
    GROUP BY l.county, l.seq, k.book, k.grp, k.lot HAVING sum(l.side * l.fen) <> 0)
  THEN
    RAISE EXCEPTION 'the record does not seal its lines: number, day, account or balance / 凭证不平或行数不符' USING ERRCODE = 'FB003';
  END IF;
  RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER record_seals AFTER INSERT ON record REFERENCING NEW TABLE AS inserted
  FOR EACH STATEMENT EXECUTE FUNCTION fundbook_record_seals();

ALTER TABLE day_total SET (fillfactor = 50);
ALTER TABLE head SET (fillfactor = 50);

-- The role of the running service: it adds rows, and updates only what is derived.
-- +goose StatementBegin
DO $$
BEGIN
  CREATE ROLE fundbook_app NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
-- +goose StatementEnd
GRANT SELECT, INSERT ON store, account_key, record, line, voucher_series, voucher, reversal, tile, signed_head,
  lot, period_close, policy, user_account, user_revocation TO fundbook_app;
GRANT SELECT, INSERT, UPDATE ON head, day_total TO fundbook_app;
