-- +goose Up
-- Head first (law 4): a record stands within its county's head. The service moves the
-- head before it adds records, so it pays nothing but a comparison; whoever adds a
-- sealed record past it, where the next post must go, would stop the county.

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION fundbook_record_seals() RETURNS trigger LANGUAGE plpgsql
  SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_material = off SET join_collapse_limit = 1 AS $$
DECLARE beyond BIGINT;
BEGIN
  -- Whoever adds records holds the county's head row, as whoever adds lines does.
  SELECT count(*) INTO beyond
    FROM (SELECT county, next_seq FROM head WHERE county IN (SELECT county FROM inserted) FOR UPDATE) h
    JOIN inserted r ON r.county = h.county AND r.seq >= h.next_seq;
  IF beyond > 0 THEN
    RAISE EXCEPTION 'the record stands beyond the head of the log / 记录在日志头之外' USING ERRCODE = 'FB004';
  END IF;
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
