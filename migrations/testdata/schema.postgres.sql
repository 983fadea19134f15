-- @  | function | fundbook_append_only()
returns trigger language plpgsql
BEGIN
  RAISE EXCEPTION 'append-only: % on % is refused / 只增不改', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FB001';
END 
-- @  | function | fundbook_line_sealed()
returns trigger language plpgsql set enable_seqscan=off, enable_hashjoin=off, enable_mergejoin=off, enable_material=off, join_collapse_limit=1
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
END 
-- @  | function | fundbook_record_seals()
returns trigger language plpgsql set enable_seqscan=off, enable_hashjoin=off, enable_mergejoin=off, enable_material=off, join_collapse_limit=1
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
END 
-- @ account_key | column | account
text not null
-- @ account_key | column | book
text not null
-- @ account_key | column | contract
text not null
-- @ account_key | column | county
integer not null
-- @ account_key | column | grp
text not null
-- @ account_key | column | id
bigint not null
-- @ account_key | column | lot
bytea not null
-- @ account_key | column | payee
text not null
-- @ account_key | column | peer
bytea not null
-- @ account_key | column | pool
text not null
-- @ account_key | column | project
text not null
-- @ account_key | column | sub
text not null
-- @ account_key | column | unit
text not null
-- @ account_key | constraint | account_key_account_check
CHECK (length(account) = 4)
-- @ account_key | constraint | account_key_book_check
CHECK (book <> ''::text)
-- @ account_key | constraint | account_key_check
CHECK (grp =
CASE
    WHEN substr(account, 1, 1) <= '5'::text THEN 'F'::text
    WHEN substr(account, 1, 1) <= '7'::text THEN 'B'::text
    ELSE 'M'::text
END)
-- @ account_key | constraint | account_key_pkey
PRIMARY KEY (id)
-- @ account_key | grant | INSERT to fundbook_app
granted
-- @ account_key | grant | SELECT to fundbook_app
granted
-- @ account_key | index | account_key_account
CREATE INDEX account_key_account ON account_key USING btree (county, account, project)
-- @ account_key | index | account_key_contract
CREATE INDEX account_key_contract ON account_key USING btree (county, contract)
-- @ account_key | index | account_key_name
CREATE UNIQUE INDEX account_key_name ON account_key USING btree (county, lot, book, account, sub, project, contract, payee, unit, pool, peer)
-- @ account_key | index | account_key_pkey
CREATE UNIQUE INDEX account_key_pkey ON account_key USING btree (id)
-- @ account_key | index | account_key_project
CREATE INDEX account_key_project ON account_key USING btree (county, project)
-- @ account_key | index | account_key_unit
CREATE INDEX account_key_unit ON account_key USING btree (county, unit, account) WHERE unit <> ''::text
-- @ account_key | table | account_key
r p
-- @ account_key | trigger | append_only
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON account_key FOR EACH STATEMENT EXECUTE FUNCTION fundbook_append_only()
-- @ day_total | column | credit
bigint not null
-- @ day_total | column | day
integer not null
-- @ day_total | column | debit
bigint not null
-- @ day_total | column | key
bigint not null
-- @ day_total | constraint | day_total_pkey
PRIMARY KEY (key, day)
-- @ day_total | grant | INSERT to fundbook_app
granted
-- @ day_total | grant | SELECT to fundbook_app
granted
-- @ day_total | grant | UPDATE to fundbook_app
granted
-- @ day_total | index | day_total_pkey
CREATE UNIQUE INDEX day_total_pkey ON day_total USING btree (key, day)
-- @ day_total | table | day_total
r p
-- @ division | column | code
text not null
-- @ division | column | county
integer not null
-- @ division | column | level
integer not null
-- @ division | column | name
text not null
-- @ division | column | parent
text not null
-- @ division | column | seq
bigint not null
-- @ division | column | successor
text not null
-- @ division | column | valid_from
integer not null
-- @ division | column | valid_to
integer not null
-- @ division | constraint | division_level_check
CHECK (level >= 1 AND level <= 5)
-- @ division | constraint | division_pkey
PRIMARY KEY (county, code, valid_from)
-- @ division | constraint | division_valid_from_check
CHECK (valid_from > 0)
-- @ division | grant | INSERT to fundbook_app
granted
-- @ division | grant | SELECT to fundbook_app
granted
-- @ division | index | division_pkey
CREATE UNIQUE INDEX division_pkey ON division USING btree (county, code, valid_from)
-- @ division | table | division
r p
-- @ division | trigger | append_only
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON division FOR EACH STATEMENT EXECUTE FUNCTION fundbook_append_only()
-- @ document | column | county
integer not null
-- @ document | column | digest
bytea not null
-- @ document | column | fund_year
integer not null
-- @ document | column | issuer
text not null
-- @ document | column | key
text not null
-- @ document | column | kind
text not null
-- @ document | column | published
integer not null
-- @ document | column | seq
bigint not null
-- @ document | column | title
text not null
-- @ document | constraint | document_digest_check
CHECK (length(digest) = 32)
-- @ document | constraint | document_key_check
CHECK (key <> ''::text)
-- @ document | constraint | document_pkey
PRIMARY KEY (county, key)
-- @ document | grant | INSERT to fundbook_app
granted
-- @ document | grant | SELECT to fundbook_app
granted
-- @ document | index | document_pkey
CREATE UNIQUE INDEX document_pkey ON document USING btree (county, key)
-- @ document | index | document_record
CREATE UNIQUE INDEX document_record ON document USING btree (county, seq)
-- @ document | table | document
r p
-- @ document | trigger | append_only
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON document FOR EACH STATEMENT EXECUTE FUNCTION fundbook_append_only()
-- @ dossier | column | amount
bigint not null
-- @ dossier | column | body
bytea not null
-- @ dossier | column | code
text not null
-- @ dossier | column | county
integer not null
-- @ dossier | column | kind
text not null
-- @ dossier | column | opened
bigint not null
-- @ dossier | column | parent
text not null
-- @ dossier | column | seq
bigint not null
-- @ dossier | column | status
text not null
-- @ dossier | column | title
text not null
-- @ dossier | column | unit
text not null
-- @ dossier | column | village
text not null
-- @ dossier | column | year
integer not null
-- @ dossier | constraint | dossier_code_check
CHECK (code <> ''::text)
-- @ dossier | constraint | dossier_kind_check
CHECK (kind <> ''::text)
-- @ dossier | constraint | dossier_pkey
PRIMARY KEY (county, kind, code)
-- @ dossier | grant | INSERT to fundbook_app
granted
-- @ dossier | grant | SELECT to fundbook_app
granted
-- @ dossier | grant | UPDATE to fundbook_app
granted
-- @ dossier | index | dossier_parent
CREATE INDEX dossier_parent ON dossier USING btree (county, kind, parent) WHERE parent <> ''::text
-- @ dossier | index | dossier_pkey
CREATE UNIQUE INDEX dossier_pkey ON dossier USING btree (county, kind, code)
-- @ dossier | table | dossier
r p
-- @ dossier_fact | column | code
text not null
-- @ dossier_fact | column | county
integer not null
-- @ dossier_fact | column | kind
text not null
-- @ dossier_fact | column | seq
bigint not null
-- @ dossier_fact | constraint | dossier_fact_county_seq_key
UNIQUE (county, seq)
-- @ dossier_fact | constraint | dossier_fact_pkey
PRIMARY KEY (county, kind, code, seq)
-- @ dossier_fact | grant | INSERT to fundbook_app
granted
-- @ dossier_fact | grant | SELECT to fundbook_app
granted
-- @ dossier_fact | index | dossier_fact_county_seq_key
CREATE UNIQUE INDEX dossier_fact_county_seq_key ON dossier_fact USING btree (county, seq)
-- @ dossier_fact | index | dossier_fact_pkey
CREATE UNIQUE INDEX dossier_fact_pkey ON dossier_fact USING btree (county, kind, code, seq)
-- @ dossier_fact | table | dossier_fact
r p
-- @ dossier_fact | trigger | append_only
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON dossier_fact FOR EACH STATEMENT EXECUTE FUNCTION fundbook_append_only()
-- @ head | column | code
text not null
-- @ head | column | county
integer not null
-- @ head | column | epoch
bigint not null
-- @ head | column | frontier
bytea not null
-- @ head | column | last_at
bigint not null
-- @ head | column | name
text not null
-- @ head | column | next_key
bigint not null
-- @ head | column | next_seq
bigint not null
-- @ head | column | next_series
bigint not null
-- @ head | constraint | head_code_key
UNIQUE (code)
-- @ head | constraint | head_next_seq_check
CHECK (next_seq >= 1)
-- @ head | constraint | head_pkey
PRIMARY KEY (county)
-- @ head | grant | INSERT to fundbook_app
granted
-- @ head | grant | SELECT to fundbook_app
granted
-- @ head | grant | UPDATE to fundbook_app
granted
-- @ head | index | head_code_key
CREATE UNIQUE INDEX head_code_key ON head USING btree (code)
-- @ head | index | head_pkey
CREATE UNIQUE INDEX head_pkey ON head USING btree (county)
-- @ head | table | head
r p
-- @ line | column | county
integer not null
-- @ line | column | day
integer not null
-- @ line | column | fen
bigint not null
-- @ line | column | key
bigint not null
-- @ line | column | n
smallint not null
-- @ line | column | opens
bigint default 
CASE
    WHEN (n = 0) THEN seq
    ELSE NULL::bigint
ENDs
-- @ line | column | seq
bigint not null
-- @ line | column | side
smallint not null
-- @ line | constraint | line_county_opens_fkey
FOREIGN KEY (county, opens) REFERENCES record(county, seq) DEFERRABLE INITIALLY DEFERRED
-- @ line | constraint | line_fen_check
CHECK (fen <> 0 AND fen >= '-100000000000000'::bigint AND fen <= '100000000000000'::bigint)
-- @ line | constraint | line_n_check
CHECK (n >= 0)
-- @ line | constraint | line_pkey
PRIMARY KEY (county, seq, n)
-- @ line | constraint | line_side_check
CHECK (side = ANY (ARRAY[1, '-1'::integer]))
-- @ line | grant | INSERT to fundbook_app
granted
-- @ line | grant | SELECT to fundbook_app
granted
-- @ line | index | line_pkey
CREATE UNIQUE INDEX line_pkey ON line USING btree (county, seq, n)
-- @ line | index | line_statement
CREATE INDEX line_statement ON line USING btree (key, day, seq)
-- @ line | table | line
r p
-- @ line | trigger | append_only
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON line FOR EACH STATEMENT EXECUTE FUNCTION fundbook_append_only()
-- @ line | trigger | line_county_opens_fkey RI_FKey_check_ins
foreign key
-- @ line | trigger | line_county_opens_fkey RI_FKey_check_upd
foreign key
-- @ line | trigger | line_sealed
CREATE TRIGGER line_sealed AFTER INSERT ON line REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION fundbook_line_sealed()
-- @ lot | column | amount
bigint not null
-- @ lot | column | budget_year
integer not null
-- @ lot | column | class
text not null
-- @ lot | column | code
text not null
-- @ lot | column | county
integer not null
-- @ lot | column | doc_no
text not null
-- @ lot | column | document
text not null
-- @ lot | column | id
bytea not null
-- @ lot | column | line
integer not null
-- @ lot | column | name
text not null
-- @ lot | column | seq
bigint not null
-- @ lot | column | tier
text not null
-- @ lot | constraint | lot_county_code_key
UNIQUE (county, code)
-- @ lot | constraint | lot_county_document_line_key
UNIQUE (county, document, line)
-- @ lot | constraint | lot_pkey
PRIMARY KEY (county, id)
-- @ lot | grant | INSERT to fundbook_app
granted
-- @ lot | grant | SELECT to fundbook_app
granted
-- @ lot | index | lot_county_code_key
CREATE UNIQUE INDEX lot_county_code_key ON lot USING btree (county, code)
-- @ lot | index | lot_county_document_line_key
CREATE UNIQUE INDEX lot_county_document_line_key ON lot USING btree (county, document, line)
-- @ lot | index | lot_pkey
CREATE UNIQUE INDEX lot_pkey ON lot USING btree (county, id)
-- @ lot | table | lot
r p
-- @ lot | trigger | append_only
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON lot FOR EACH STATEMENT EXECUTE FUNCTION fundbook_append_only()
-- @ merger | column | county
integer not null
-- @ merger | column | seq
bigint not null
-- @ merger | column | successor
text not null
-- @ merger | column | unit
text not null
-- @ merger | constraint | merger_pkey
PRIMARY KEY (county, seq)
-- @ merger | constraint | merger_successor_check
CHECK (successor <> ''::text)
-- @ merger | constraint | merger_unit_check
CHECK (unit <> ''::text)
-- @ merger | grant | INSERT to fundbook_app
granted
-- @ merger | grant | SELECT to fundbook_app
granted
-- @ merger | index | merger_pkey
CREATE UNIQUE INDEX merger_pkey ON merger USING btree (county, seq)
-- @ merger | table | merger
r p
-- @ merger | trigger | append_only
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON merger FOR EACH STATEMENT EXECUTE FUNCTION fundbook_append_only()
-- @ notice | column | about
text not null
-- @ notice | column | code
text not null
-- @ notice | column | county
integer not null
-- @ notice | column | cutoff_seq
bigint not null
-- @ notice | column | digest
bytea not null
-- @ notice | column | id
bytea not null
-- @ notice | column | publisher
text not null
-- @ notice | column | seq
bigint not null
-- @ notice | column | title
text not null
-- @ notice | column | type
text not null
-- @ notice | column | valid_from
integer not null
-- @ notice | column | valid_to
integer not null
-- @ notice | constraint | notice_code_key
UNIQUE (code)
-- @ notice | constraint | notice_digest_check
CHECK (length(digest) = 32)
-- @ notice | constraint | notice_pkey
PRIMARY KEY (county, id)
-- @ notice | grant | INSERT to fundbook_app
granted
-- @ notice | grant | SELECT to fundbook_app
granted
-- @ notice | index | notice_code_key
CREATE UNIQUE INDEX notice_code_key ON notice USING btree (code)
-- @ notice | index | notice_pkey
CREATE UNIQUE INDEX notice_pkey ON notice USING btree (county, id)
-- @ notice | index | notice_record
CREATE UNIQUE INDEX notice_record ON notice USING btree (county, seq)
-- @ notice | table | notice
r p
-- @ notice | trigger | append_only
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON notice FOR EACH STATEMENT EXECUTE FUNCTION fundbook_append_only()
-- @ period_close | column | book
text not null
-- @ period_close | column | county
integer not null
-- @ period_close | column | period
integer not null
-- @ period_close | column | seq
bigint not null
-- @ period_close | constraint | period_close_pkey
PRIMARY KEY (county, book, period)
-- @ period_close | grant | INSERT to fundbook_app
granted
-- @ period_close | grant | SELECT to fundbook_app
granted
-- @ period_close | index | period_close_pkey
CREATE UNIQUE INDEX period_close_pkey ON period_close USING btree (county, book, period)
-- @ period_close | table | period_close
r p
-- @ period_close | trigger | append_only
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON period_close FOR EACH STATEMENT EXECUTE FUNCTION fundbook_append_only()
-- @ policy | column | basis
text not null
-- @ policy | column | county
integer not null
-- @ policy | column | name
text not null
-- @ policy | column | seq
bigint not null
-- @ policy | column | valid_from
integer not null
-- @ policy | column | value
text not null
-- @ policy | constraint | policy_pkey
PRIMARY KEY (county, name, valid_from, seq)
-- @ policy | grant | INSERT to fundbook_app
granted
-- @ policy | grant | SELECT to fundbook_app
granted
-- @ policy | index | policy_pkey
CREATE UNIQUE INDEX policy_pkey ON policy USING btree (county, name, valid_from, seq)
-- @ policy | table | policy
r p
-- @ policy | trigger | append_only
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON policy FOR EACH STATEMENT EXECUTE FUNCTION fundbook_append_only()
-- @ record | column | actor
bytea not null
-- @ record | column | at
bigint not null
-- @ record | column | body
bytea not null
-- @ record | column | county
integer not null
-- @ record | column | day
integer
-- @ record | column | kind
text not null
-- @ record | column | lines
integer not null
-- @ record | column | seq
bigint not null
-- @ record | column | slot
bytea
-- @ record | constraint | record_pkey
PRIMARY KEY (county, seq)
-- @ record | constraint | record_seq_check
CHECK (seq >= 1)
-- @ record | grant | INSERT to fundbook_app
granted
-- @ record | grant | SELECT to fundbook_app
granted
-- @ record | index | record_idempotency
CREATE UNIQUE INDEX record_idempotency ON record USING btree (county, slot) WHERE slot IS NOT NULL
-- @ record | index | record_pkey
CREATE UNIQUE INDEX record_pkey ON record USING btree (county, seq)
-- @ record | table | record
r p
-- @ record | trigger | append_only
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON record FOR EACH STATEMENT EXECUTE FUNCTION fundbook_append_only()
-- @ record | trigger | line_county_opens_fkey RI_FKey_noaction_del
foreign key
-- @ record | trigger | line_county_opens_fkey RI_FKey_noaction_upd
foreign key
-- @ record | trigger | record_seals
CREATE TRIGGER record_seals AFTER INSERT ON record REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION fundbook_record_seals()
-- @ reversal | column | county
integer not null
-- @ reversal | column | original
bigint not null
-- @ reversal | column | seq
bigint not null
-- @ reversal | constraint | reversal_pkey
PRIMARY KEY (county, original)
-- @ reversal | grant | INSERT to fundbook_app
granted
-- @ reversal | grant | SELECT to fundbook_app
granted
-- @ reversal | index | reversal_pkey
CREATE UNIQUE INDEX reversal_pkey ON reversal USING btree (county, original)
-- @ reversal | index | reversal_seq
CREATE INDEX reversal_seq ON reversal USING btree (county, seq)
-- @ reversal | table | reversal
r p
-- @ reversal | trigger | append_only
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON reversal FOR EACH STATEMENT EXECUTE FUNCTION fundbook_append_only()
-- @ roster_row | column | amount
bigint not null
-- @ roster_row | column | card_index
bytea not null
-- @ roster_row | column | code
text not null
-- @ roster_row | column | commitment
bytea not null
-- @ roster_row | column | county
integer not null
-- @ roster_row | column | id_index
bytea not null
-- @ roster_row | column | n
integer not null
-- @ roster_row | column | programme
text not null
-- @ roster_row | column | quantity
bigint not null
-- @ roster_row | column | rev
integer not null
-- @ roster_row | column | sealed
bytea not null
-- @ roster_row | column | seq
bigint not null
-- @ roster_row | column | standard
bigint not null
-- @ roster_row | column | village
text not null
-- @ roster_row | column | year
integer not null
-- @ roster_row | constraint | roster_row_amount_check
CHECK (amount > 0)
-- @ roster_row | constraint | roster_row_code_check
CHECK (code <> ''::text)
-- @ roster_row | constraint | roster_row_n_check
CHECK (n > 0)
-- @ roster_row | constraint | roster_row_pkey
PRIMARY KEY (county, code, n, rev)
-- @ roster_row | constraint | roster_row_quantity_check
CHECK (quantity > 0)
-- @ roster_row | constraint | roster_row_rev_check
CHECK (rev > 0)
-- @ roster_row | constraint | roster_row_standard_check
CHECK (standard > 0)
-- @ roster_row | grant | INSERT to fundbook_app
granted
-- @ roster_row | grant | SELECT to fundbook_app
granted
-- @ roster_row | index | roster_row_card
CREATE INDEX roster_row_card ON roster_row USING btree (county, card_index)
-- @ roster_row | index | roster_row_id
CREATE INDEX roster_row_id ON roster_row USING btree (county, id_index)
-- @ roster_row | index | roster_row_pkey
CREATE UNIQUE INDEX roster_row_pkey ON roster_row USING btree (county, code, n, rev)
-- @ roster_row | table | roster_row
r p
-- @ roster_row | trigger | append_only
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON roster_row FOR EACH STATEMENT EXECUTE FUNCTION fundbook_append_only()
-- @ schema_file | column | name
text not null
-- @ schema_file | column | sha256
text not null
-- @ schema_file | constraint | schema_file_pkey
PRIMARY KEY (name)
-- @ schema_file | grant | SELECT to fundbook_app
granted
-- @ schema_file | index | schema_file_pkey
CREATE UNIQUE INDEX schema_file_pkey ON schema_file USING btree (name)
-- @ schema_file | table | schema_file
r p
-- @ signed_head | column | county
integer not null
-- @ signed_head | column | note
text not null
-- @ signed_head | column | size
bigint not null
-- @ signed_head | constraint | signed_head_pkey
PRIMARY KEY (county, size)
-- @ signed_head | grant | INSERT to fundbook_app
granted
-- @ signed_head | grant | SELECT to fundbook_app
granted
-- @ signed_head | index | signed_head_pkey
CREATE UNIQUE INDEX signed_head_pkey ON signed_head USING btree (county, size)
-- @ signed_head | table | signed_head
r p
-- @ signed_head | trigger | append_only
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON signed_head FOR EACH STATEMENT EXECUTE FUNCTION fundbook_append_only()
-- @ store | column | id
integer not null
-- @ store | column | mac_secret
bytea not null
-- @ store | constraint | store_id_check
CHECK (id = 1)
-- @ store | constraint | store_pkey
PRIMARY KEY (id)
-- @ store | grant | INSERT to fundbook_app
granted
-- @ store | grant | SELECT to fundbook_app
granted
-- @ store | index | store_pkey
CREATE UNIQUE INDEX store_pkey ON store USING btree (id)
-- @ store | table | store
r p
-- @ store | trigger | append_only
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON store FOR EACH STATEMENT EXECUTE FUNCTION fundbook_append_only()
-- @ tile | column | county
integer not null
-- @ tile | column | data
bytea not null
-- @ tile | column | level
integer not null
-- @ tile | column | n
bigint not null
-- @ tile | constraint | tile_pkey
PRIMARY KEY (county, level, n)
-- @ tile | grant | INSERT to fundbook_app
granted
-- @ tile | grant | SELECT to fundbook_app
granted
-- @ tile | index | tile_pkey
CREATE UNIQUE INDEX tile_pkey ON tile USING btree (county, level, n)
-- @ tile | table | tile
r p
-- @ tile | trigger | append_only
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON tile FOR EACH STATEMENT EXECUTE FUNCTION fundbook_append_only()
-- @ user_account | column | county
text not null
-- @ user_account | column | id
bytea not null
-- @ user_account | column | name
text not null
-- @ user_account | column | role
text not null
-- @ user_account | column | seq
bigint not null
-- @ user_account | column | token_hash
bytea not null
-- @ user_account | column | unit
text not null
-- @ user_account | constraint | user_account_name_key
UNIQUE (name)
-- @ user_account | constraint | user_account_pkey
PRIMARY KEY (id)
-- @ user_account | constraint | user_account_token_hash_key
UNIQUE (token_hash)
-- @ user_account | grant | INSERT to fundbook_app
granted
-- @ user_account | grant | SELECT to fundbook_app
granted
-- @ user_account | index | user_account_name_key
CREATE UNIQUE INDEX user_account_name_key ON user_account USING btree (name)
-- @ user_account | index | user_account_pkey
CREATE UNIQUE INDEX user_account_pkey ON user_account USING btree (id)
-- @ user_account | index | user_account_token_hash_key
CREATE UNIQUE INDEX user_account_token_hash_key ON user_account USING btree (token_hash)
-- @ user_account | table | user_account
r p
-- @ user_account | trigger | append_only
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON user_account FOR EACH STATEMENT EXECUTE FUNCTION fundbook_append_only()
-- @ user_revocation | column | id
bytea not null
-- @ user_revocation | column | seq
bigint not null
-- @ user_revocation | constraint | user_revocation_pkey
PRIMARY KEY (id)
-- @ user_revocation | grant | INSERT to fundbook_app
granted
-- @ user_revocation | grant | SELECT to fundbook_app
granted
-- @ user_revocation | index | user_revocation_pkey
CREATE UNIQUE INDEX user_revocation_pkey ON user_revocation USING btree (id)
-- @ user_revocation | table | user_revocation
r p
-- @ user_revocation | trigger | append_only
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON user_revocation FOR EACH STATEMENT EXECUTE FUNCTION fundbook_append_only()
-- @ user_token | column | id
bytea not null
-- @ user_token | column | replaces
bytea not null
-- @ user_token | column | seq
bigint not null
-- @ user_token | column | token_hash
bytea not null
-- @ user_token | constraint | user_token_pkey
PRIMARY KEY (replaces)
-- @ user_token | constraint | user_token_replaces_check
CHECK (length(replaces) = 32)
-- @ user_token | constraint | user_token_token_hash_check
CHECK (length(token_hash) = 32)
-- @ user_token | constraint | user_token_token_hash_key
UNIQUE (token_hash)
-- @ user_token | grant | INSERT to fundbook_app
granted
-- @ user_token | grant | SELECT to fundbook_app
granted
-- @ user_token | index | user_token_pkey
CREATE UNIQUE INDEX user_token_pkey ON user_token USING btree (replaces)
-- @ user_token | index | user_token_token_hash_key
CREATE UNIQUE INDEX user_token_token_hash_key ON user_token USING btree (token_hash)
-- @ user_token | table | user_token
r p
-- @ user_token | trigger | append_only
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON user_token FOR EACH STATEMENT EXECUTE FUNCTION fundbook_append_only()
-- @ voucher | column | county
integer not null
-- @ voucher | column | no
integer not null
-- @ voucher | column | seq
bigint not null
-- @ voucher | column | series
integer not null
-- @ voucher | constraint | voucher_no_check
CHECK (no >= 1)
-- @ voucher | constraint | voucher_pkey
PRIMARY KEY (county, series, no)
-- @ voucher | grant | INSERT to fundbook_app
granted
-- @ voucher | grant | SELECT to fundbook_app
granted
-- @ voucher | index | voucher_pkey
CREATE UNIQUE INDEX voucher_pkey ON voucher USING btree (county, series, no)
-- @ voucher | table | voucher
r p
-- @ voucher | trigger | append_only
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON voucher FOR EACH STATEMENT EXECUTE FUNCTION fundbook_append_only()
-- @ voucher_series | column | book
text not null
-- @ voucher_series | column | county
integer not null
-- @ voucher_series | column | id
integer not null
-- @ voucher_series | column | period
integer not null
-- @ voucher_series | column | word
text not null
-- @ voucher_series | constraint | voucher_series_county_book_period_word_key
UNIQUE (county, book, period, word)
-- @ voucher_series | constraint | voucher_series_pkey
PRIMARY KEY (county, id)
-- @ voucher_series | grant | INSERT to fundbook_app
granted
-- @ voucher_series | grant | SELECT to fundbook_app
granted
-- @ voucher_series | index | voucher_series_county_book_period_word_key
CREATE UNIQUE INDEX voucher_series_county_book_period_word_key ON voucher_series USING btree (county, book, period, word)
-- @ voucher_series | index | voucher_series_pkey
CREATE UNIQUE INDEX voucher_series_pkey ON voucher_series USING btree (county, id)
-- @ voucher_series | table | voucher_series
r p
-- @ voucher_series | trigger | append_only
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON voucher_series FOR EACH STATEMENT EXECUTE FUNCTION fundbook_append_only()
-- @ 凭证 | column | 冲销序号
bigint
-- @ 凭证 | column | 凭证日期
text
-- @ 凭证 | column | 分录数
integer
-- @ 凭证 | column | 县
text
-- @ 凭证 | column | 号
integer
-- @ 凭证 | column | 字
text
-- @ 凭证 | column | 序号
bigint
-- @ 凭证 | column | 操作人
text
-- @ 凭证 | column | 期间
text
-- @ 凭证 | column | 被冲销序号
bigint
-- @ 凭证 | column | 记录时间
text
-- @ 凭证 | column | 账套
text
-- @ 凭证 | grant | SELECT to fundbook_app
granted
-- @ 凭证 | table | 凭证
v p
-- @ 凭证 | view | 凭证
SELECT h.code AS "县", s.book AS "账套", ((substr((s.period)::text, 1, 4) || '-'::text) || substr((s.period)::text, 5, 2)) AS "期间", s.word AS "字", v.no AS "号", v.seq AS "序号", ((((substr((r.day)::text, 1, 4) || '-'::text) || substr((r.day)::text, 5, 2)) || '-'::text) || substr((r.day)::text, 7, 2)) AS "凭证日期", to_char((to_timestamp(((r.at / 1000000))::double precision) AT TIME ZONE 'Asia/Shanghai'::text), 'YYYY-MM-DD HH24:MI:SS'::text) AS "记录时间", r.lines AS "分录数", o.original AS "冲销序号", b.seq AS "被冲销序号", encode(r.actor, 'hex'::text) AS "操作人" FROM (((((voucher v JOIN voucher_series s ON (((s.county = v.county) AND (s.id = v.series)))) JOIN head h ON ((h.county = v.county))) JOIN record r ON (((r.county = v.county) AND (r.seq = v.seq)))) LEFT JOIN reversal o ON (((o.county = v.county) AND (o.seq = v.seq)))) LEFT JOIN reversal b ON (((b.county = v.county) AND (b.original = v.seq))));
-- @ 分录 | column | 凭证日期
text
-- @ 分录 | column | 单位
text
-- @ 分录 | column | 县
text
-- @ 分录 | column | 合同
text
-- @ 分录 | column | 对方批次
text
-- @ 分录 | column | 序号
bigint
-- @ 分录 | column | 批次
text
-- @ 分录 | column | 收款方
text
-- @ 分录 | column | 方向
text
-- @ 分录 | column | 明细
text
-- @ 分录 | column | 科目
text
-- @ 分录 | column | 科目名称
text
-- @ 分录 | column | 行
integer
-- @ 分录 | column | 账套
text
-- @ 分录 | column | 账户编号
bigint
-- @ 分录 | column | 账组
text
-- @ 分录 | column | 资金池
text
-- @ 分录 | column | 金额
numeric(20,2)
-- @ 分录 | column | 金额分
bigint
-- @ 分录 | column | 项目
text
-- @ 分录 | grant | SELECT to fundbook_app
granted
-- @ 分录 | table | 分录
v p
-- @ 分录 | view | 分录
SELECT h.code AS "县", l.seq AS "序号", (l.n + 1) AS "行", ((((substr((l.day)::text, 1, 4) || '-'::text) || substr((l.day)::text, 5, 2)) || '-'::text) || substr((l.day)::text, 7, 2)) AS "凭证日期", k.book AS "账套", k.grp AS "账组", k.account AS "科目", a."名称" AS "科目名称", k.sub AS "明细", t.code AS "批次", k.project AS "项目", k.contract AS "合同", k.payee AS "收款方", k.unit AS "单位", k.pool AS "资金池", COALESCE(p.code, ''::text) AS "对方批次", CASE WHEN (l.side = 1) THEN '借'::text ELSE '贷'::text END AS "方向", (((l.fen)::numeric / (100)::numeric))::numeric(20,2) AS "金额", l.fen AS "金额分", (k.id % '4294967296'::bigint) AS "账户编号" FROM (((((line l JOIN account_key k ON ((k.id = l.key))) JOIN head h ON ((h.county = l.county))) LEFT JOIN "科目" a ON ((a."科目" = k.account))) LEFT JOIN lot t ON (((t.county = k.county) AND (t.id = k.lot)))) LEFT JOIN lot p ON (((p.county = k.county) AND (p.id = k.peer))));
-- @ 批次 | column | 县
text
-- @ 批次 | column | 层级
text
-- @ 批次 | column | 批次
text
-- @ 批次 | column | 文件
text
-- @ 批次 | column | 文件金额
numeric(20,2)
-- @ 批次 | column | 文件金额分
bigint
-- @ 批次 | column | 文号
text
-- @ 批次 | column | 标识
text
-- @ 批次 | column | 登记序号
bigint
-- @ 批次 | column | 类别
text
-- @ 批次 | column | 行
integer
-- @ 批次 | column | 资金名称
text
-- @ 批次 | column | 预算年度
integer
-- @ 批次 | grant | SELECT to fundbook_app
granted
-- @ 批次 | table | 批次
v p
-- @ 批次 | view | 批次
SELECT h.code AS "县", l.code AS "批次", encode(l.id, 'hex'::text) AS "标识", l.document AS "文件", l.line AS "行", CASE WHEN (l.doc_no = ''::text) THEN '未列明文号'::text ELSE l.doc_no END AS "文号", l.name AS "资金名称", l.budget_year AS "预算年度", CASE l.tier WHEN 'central'::text THEN '中央'::text WHEN 'province'::text THEN '省级'::text WHEN 'city'::text THEN '市级'::text WHEN 'county'::text THEN '县级'::text WHEN 'central+province'::text THEN '中央及省级'::text WHEN 'donor'::text THEN '社会帮扶'::text WHEN 'own'::text THEN '自筹'::text WHEN 'other'::text THEN '其他'::text WHEN 'unstated'::text THEN '未列明'::text ELSE l.tier END AS "层级", CASE l.class WHEN 'ZX'::text THEN '财政专项扶贫资金'::text WHEN 'XJ'::text THEN '财政衔接推进乡村振兴补助资金'::text WHEN 'ZH'::text THEN '统筹整合财政涉农资金'::text WHEN 'ZQ'::text THEN '地方政府一般债券'::text WHEN 'ZC'::text THEN '县本级安排'::text WHEN 'HZ'::text THEN '东西部协作、定点帮扶'::text WHEN 'SH'::text THEN '社会捐赠'::text WHEN 'CP'::text THEN '中央专项彩票公益金'::text WHEN 'TX'::text THEN '扶贫小额信贷贴息'::text WHEN 'LX'::text THEN '存款利息'::text WHEN 'RZ'::text THEN '融资资金'::text WHEN 'JZ'::text THEN '收回结余再安排'::text WHEN 'QT'::text THEN '其他配套、自筹资金'::text WHEN 'BZ'::text THEN '代管保证金'::text WHEN 'DQ'::text THEN '待确认来款'::text ELSE l.class END AS "类别", (((l.amount)::numeric / (100)::numeric))::numeric(20,2) AS "文件金额", l.amount AS "文件金额分", l.seq AS "登记序号" FROM (lot l JOIN head h ON ((h.county = l.county)));
-- @ 科目 | column | 余额方向
text
-- @ 科目 | column | 名称
text
-- @ 科目 | column | 科目
text
-- @ 科目 | column | 账组
text
-- @ 科目 | grant | SELECT to fundbook_app
granted
-- @ 科目 | table | 科目
v p
-- @ 科目 | view | 科目
SELECT account AS "科目", name AS "名称", side AS "余额方向", grp AS "账组" FROM ( SELECT '1001'::text AS account, '国库待拨资金'::text AS name, '借'::text AS side, 'F'::text AS grp UNION ALL SELECT '1002'::text, '专户存款'::text, '借'::text, 'F'::text UNION ALL SELECT '1101'::text, '拨付乡镇待报账资金'::text, '借'::text, 'F'::text UNION ALL SELECT '1102'::text, '批次间垫付往来'::text, '借'::text, 'F'::text UNION ALL SELECT '1201'::text, '预付项目款'::text, '借'::text, 'F'::text UNION ALL SELECT '1203'::text, '一卡通代发在途'::text, '借'::text, 'F'::text UNION ALL SELECT '1211'::text, '应追回资金'::text, '借'::text, 'F'::text UNION ALL SELECT '1301'::text, '在建项目支出'::text, '借'::text, 'F'::text UNION ALL SELECT '1303'::text, '乡级待报账支出'::text, '借'::text, 'F'::text UNION ALL SELECT '2001'::text, '应付项目款'::text, '贷'::text, 'F'::text UNION ALL SELECT '2002'::text, '应付到户补助'::text, '贷'::text, 'F'::text UNION ALL SELECT '2003'::text, '应付质量保证金'::text, '贷'::text, 'F'::text UNION ALL SELECT '2004'::text, '代管保证金'::text, '贷'::text, 'F'::text UNION ALL SELECT '2005'::text, '错付待恢复应付款'::text, '贷'::text, 'F'::text UNION ALL SELECT '2006'::text, '待确认来款'::text, '贷'::text, 'F'::text UNION ALL SELECT '2102'::text, '县级拨入待报账资金'::text, '贷'::text, 'F'::text UNION ALL SELECT '2201'::text, '应缴财政款'::text, '贷'::text, 'F'::text UNION ALL SELECT '3001'::text, '专项资金结转'::text, '贷'::text, 'F'::text UNION ALL SELECT '3201'::text, '以前年度调整'::text, '贷'::text, 'F'::text UNION ALL SELECT '3301'::text, '本年收支结转'::text, '贷'::text, 'F'::text UNION ALL SELECT '4001'::text, '上级补助收入'::text, '贷'::text, 'F'::text UNION ALL SELECT '4002'::text, '本级安排收入'::text, '贷'::text, 'F'::text UNION ALL SELECT '4003'::text, '债券资金收入'::text, '贷'::text, 'F'::text UNION ALL SELECT '4004'::text, '社会帮扶收入'::text, '贷'::text, 'F'::text UNION ALL SELECT '4005'::text, '利息收入'::text, '贷'::text, 'F'::text UNION ALL SELECT '5001'::text, '项目支出'::text, '借'::text, 'F'::text UNION ALL SELECT '5003'::text, '到户补助支出'::text, '借'::text, 'F'::text UNION ALL SELECT '5004'::text, '贷款贴息支出'::text, '借'::text, 'F'::text UNION ALL SELECT '5005'::text, '项目管理费'::text, '借'::text, 'F'::text UNION ALL SELECT '6101'::text, '上级下达指标'::text, '贷'::text, 'B'::text UNION ALL SELECT '6102'::text, '本级安排指标'::text, '贷'::text, 'B'::text UNION ALL SELECT '6103'::text, '债券资金指标'::text, '贷'::text, 'B'::text UNION ALL SELECT '6104'::text, '社会帮扶指标'::text, '贷'::text, 'B'::text UNION ALL SELECT '6105'::text, '利息转入指标'::text, '贷'::text, 'B'::text UNION ALL SELECT '6201'::text, '上年结转指标'::text, '贷'::text, 'B'::text UNION ALL SELECT '6202'::text, '以前年度收回指标'::text, '贷'::text, 'B'::text UNION ALL SELECT '7101'::text, '待分配指标'::text, '借'::text, 'B'::text UNION ALL SELECT '7102'::text, '统筹整合资金池'::text, '借'::text, 'B'::text UNION ALL SELECT '7103'::text, '已分解部门指标'::text, '借'::text, 'B'::text UNION ALL SELECT '7104'::text, '已分解乡镇指标'::text, '借'::text, 'B'::text UNION ALL SELECT '7105'::text, '已分解下级县区指标'::text, '借'::text, 'B'::text UNION ALL SELECT '7106'::text, '已分解未指明单位指标'::text, '借'::text, 'B'::text UNION ALL SELECT '7201'::text, '项目计划指标'::text, '借'::text, 'B'::text UNION ALL SELECT '7202'::text, '项目合同约束'::text, '借'::text, 'B'::text UNION ALL SELECT '7203'::text, '应付待支付指标'::text, '借'::text, 'B'::text UNION ALL SELECT '7204'::text, '支付申请占用'::text, '借'::text, 'B'::text UNION ALL SELECT '7301'::text, '已付待报账'::text, '借'::text, 'B'::text UNION ALL SELECT '7302'::text, '已报账列支'::text, '借'::text, 'B'::text UNION ALL SELECT '7401'::text, '待收回指标'::text, '借'::text, 'B'::text UNION ALL SELECT '7403'::text, '上级收回'::text, '借'::text, 'B'::text UNION ALL SELECT '7404'::text, '收回本级统筹'::text, '借'::text, 'B'::text UNION ALL SELECT '9101'::text, '备查登记'::text, '借'::text, 'M'::text UNION ALL SELECT '9102'::text, '备查对应'::text, '贷'::text, 'M'::text) x;
-- @ 科目余额 | column | 余额
numeric(20,2)
-- @ 科目余额 | column | 余额分
bigint
-- @ 科目余额 | column | 借方
numeric(20,2)
-- @ 科目余额 | column | 借方分
bigint
-- @ 科目余额 | column | 县
text
-- @ 科目余额 | column | 批次
text
-- @ 科目余额 | column | 明细
text
-- @ 科目余额 | column | 科目
text
-- @ 科目余额 | column | 科目名称
text
-- @ 科目余额 | column | 账套
text
-- @ 科目余额 | column | 账组
text
-- @ 科目余额 | column | 贷方
numeric(20,2)
-- @ 科目余额 | column | 贷方分
bigint
-- @ 科目余额 | grant | SELECT to fundbook_app
granted
-- @ 科目余额 | table | 科目余额
v p
-- @ 科目余额 | view | 科目余额
SELECT x.code AS "县", x.book AS "账套", x.grp AS "账组", x.account AS "科目", a."名称" AS "科目名称", x.sub AS "明细", x.lot AS "批次", (((x.debit)::numeric / (100)::numeric))::numeric(20,2) AS "借方", (((x.credit)::numeric / (100)::numeric))::numeric(20,2) AS "贷方", ((((x.debit - x.credit))::numeric / (100)::numeric))::numeric(20,2) AS "余额", x.debit AS "借方分", x.credit AS "贷方分", (x.debit - x.credit) AS "余额分" FROM (( SELECT h.code, k.book, k.grp, k.account, k.sub, t.code AS lot, (sum(d.debit))::bigint AS debit, (sum(d.credit))::bigint AS credit FROM (((account_key k JOIN day_total d ON ((d.key = k.id))) JOIN head h ON ((h.county = k.county))) LEFT JOIN lot t ON (((t.county = k.county) AND (t.id = k.lot)))) GROUP BY h.code, k.book, k.grp, k.account, k.sub, t.code) x LEFT JOIN "科目" a ON ((a."科目" = x.account)));
