-- +goose Up
-- Laws 1 and 3 inside PostgreSQL. Statement triggers with transition tables:
-- row triggers cost 13–23 % of the posting rate. A session keeps the plan that
-- it made while the tables were empty, and for one size of batch; so the functions
-- leave no choice: from the rows inserted to others, by the one index that fits.

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

-- Lines need their record at COMMIT. The key of the entry stands on its line 0
-- alone, which every entry has: one check an entry instead of one a line.
ALTER TABLE line ADD COLUMN opens BIGINT GENERATED ALWAYS AS (CASE WHEN n = 0 THEN seq END) STORED,
  ADD FOREIGN KEY (county, opens) REFERENCES record (county, seq) DEFERRABLE INITIALLY DEFERRED;

-- A line for a record that exists comes too late, and none comes before line 0.
-- +goose StatementBegin
CREATE FUNCTION fundbook_line_sealed() RETURNS trigger LANGUAGE plpgsql
  SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_material = off SET join_collapse_limit = 1 AS $$
BEGIN
  -- Whoever adds lines holds the county's head row, as the service does already:
  -- a second session cannot slip a line under a record that is being sealed.
  PERFORM 1 FROM head WHERE county IN (SELECT county FROM inserted) FOR UPDATE;
  IF EXISTS (SELECT 1 FROM (SELECT DISTINCT county, seq FROM inserted) x JOIN record USING (county, seq)) THEN
    RAISE EXCEPTION 'the entry is sealed: no line can be added / 凭证已封存' USING ERRCODE = 'FB002';
  END IF;
  IF EXISTS (
    SELECT 1 FROM (SELECT county, seq FROM inserted GROUP BY county, seq HAVING min(n) > 0) x
    LEFT JOIN line l ON l.county = x.county AND l.seq = x.seq AND l.n = 0 WHERE l.seq IS NULL)
  THEN
    RAISE EXCEPTION 'the entry has no line 0 / 凭证缺首行分录' USING ERRCODE = 'FB003';
  END IF;
  RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER line_sealed AFTER INSERT ON line REFERENCING NEW TABLE AS inserted
  FOR EACH STATEMENT EXECUTE FUNCTION fundbook_line_sealed();

-- The record seals its lines: their number, their day, and zero per (book,
-- group, lot). Only entries have lines, and they have at least two. One pass over
-- the lines counts and adds up together.
-- +goose StatementBegin
CREATE FUNCTION fundbook_record_seals() RETURNS trigger LANGUAGE plpgsql
  SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_material = off SET join_collapse_limit = 1 AS $$
BEGIN
  IF EXISTS (
    SELECT 1 FROM (
      SELECT r.county, r.seq, r.lines, r.day, r.kind = 'entry' AS entry, count(l.seq)::int AS c,
        (count(*) FILTER (WHERE k.county = l.county))::int AS known, count(*) FILTER (WHERE l.day <> r.day) AS off, sum(l.side * l.fen) AS net
      FROM inserted r
      LEFT JOIN line l ON l.county = r.county AND l.seq = r.seq
      LEFT JOIN account_key k ON k.id = l.key
      GROUP BY r.county, r.seq, r.lines, r.day, r.kind = 'entry', k.book, k.grp, k.lot) g
    GROUP BY county, seq, lines, day, entry
    HAVING sum(c) <> lines OR sum(known) <> lines OR max(off) > 0 OR bool_or(net <> 0)
      OR (day IS NULL) = entry OR CASE WHEN entry THEN lines < 2 ELSE lines <> 0 END)
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
