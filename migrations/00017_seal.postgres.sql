-- +goose Up
-- Laws 1 and 3 inside PostgreSQL, between two sessions. Lines are refused for a record
-- that exists, but a second session could add a record without lines while the first
-- held lines of the same number that nobody else saw yet; then both committed. Whoever
-- adds records now holds the county's head row, as whoever adds lines does.

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION fundbook_record_seals() RETURNS trigger LANGUAGE plpgsql
  SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_material = off SET join_collapse_limit = 1 AS $$
BEGIN
  PERFORM 1 FROM head WHERE county IN (SELECT county FROM inserted) FOR UPDATE;
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
