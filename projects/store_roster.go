package projects

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"fundbook/internal/db"
	"fundbook/internal/dossier"
	"fundbook/ledger"

	"github.com/uptrace/bun"
)

// rosterChunk is how many rows one statement carries.
const rosterChunk = 500

// sealedRows are new versions of rows of one roster.
type sealedRows struct {
	Roster    string
	Year      int
	Programme string
	Rows      []SealedRow
}

type rosterRowRow struct {
	bun.BaseModel `bun:"table:roster_row"`

	Seq, Quantity, Standard, Amount        int64
	County, N, Rev, Year                   int32
	Code, Programme, Village               string
	Commitment, IDIndex, CardIndex, Sealed []byte
}

const rosterRowColumns = "SELECT seq, quantity, standard, amount, county, n, rev, year, code, programme, village, commitment, id_index, card_index, sealed FROM roster_row"

// saveSealed stores rows in the flush, with the record that was written last.
func saveSealed(tx *db.Tx, s sealedRows) {
	if len(s.Rows) == 0 {
		return
	}
	county, seq := tx.CountyNo(), tx.NextSeq()-1
	tx.Defer(func(ctx context.Context, q bun.IDB) error {
		for some := range slices.Chunk(s.Rows, rosterChunk) {
			rows := make([]rosterRowRow, len(some))
			for i := range some {
				r := &some[i]
				rows[i] = rosterRowRow{
					Seq: seq, Quantity: int64(r.Quantity), Standard: int64(r.Standard), Amount: int64(r.Amount),
					County: county, N: int32(r.N), Rev: int32(r.Rev), Year: int32(s.Year),
					Code: s.Roster, Programme: s.Programme, Village: r.Village,
					Commitment: r.Commitment[:], IDIndex: r.IDIndex[:], CardIndex: r.CardIndex[:], Sealed: r.Sealed,
				}
			}
			if _, err := q.NewInsert().Model(&rows).Exec(ctx); err != nil {
				return err
			}
		}
		return nil
	})
}

func (r *rosterRowRow) sealed() (SealedRow, error) {
	out := SealedRow{
		N: int(r.N), Rev: int(r.Rev), Quantity: Quantity(r.Quantity), Standard: ledger.Amount(r.Standard), Amount: ledger.Amount(r.Amount),
		Village: r.Village, Sealed: r.Sealed,
	}
	for _, x := range []struct {
		to   *ledger.Digest
		from []byte
	}{{&out.Commitment, r.Commitment}, {&out.IDIndex, r.IDIndex}, {&out.CardIndex, r.CardIndex}} {
		if len(x.from) != len(x.to) {
			return out, ErrPersonRow.With("名册 %s 第 %d 行：摘要长 %d 字节", r.Code, r.N, len(x.from))
		}
		copy(x.to[:], x.from)
	}
	return out, nil
}

// loadSealed returns the stored versions of a roster's rows that its lines name, in
// the order of the lines. ErrPersonRow when one is missing.
func loadSealed(ctx context.Context, q bun.IDB, county int32, code string, lines []RosterLine) ([]SealedRow, error) {
	var rows []rosterRowRow
	query, args := rosterRowColumns+" WHERE county = ? AND code = ?", []any{county, code}
	if len(lines) <= rosterChunk {
		numbers := make([]int, len(lines))
		for i := range lines {
			numbers[i] = lines[i].N
		}
		query, args = query+" AND n IN (?)", append(args, bun.List(numbers))
	}
	if len(lines) == 0 {
		return nil, nil
	}
	if err := q.NewRaw(query, args...).Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("read the rows of a roster: %w", err)
	}
	type version struct{ n, rev int }
	index := make(map[version]*rosterRowRow, len(rows))
	for i := range rows {
		index[version{int(rows[i].N), int(rows[i].Rev)}] = &rows[i]
	}
	out := make([]SealedRow, len(lines))
	for i := range lines {
		r := index[version{lines[i].N, lines[i].Rev}]
		if r == nil {
			return nil, ErrPersonRow.With("名册 %s 第 %d 行第 %d 版不在表中", code, lines[i].N, lines[i].Rev)
		}
		var err error
		if out[i], err = r.sealed(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// met is a stored row with one of the numbers asked for.
type met struct {
	Code               string
	N                  int32
	IDIndex, CardIndex []byte
}

// search says where meetings are looked for: in the programme and year of a roster,
// by its persons or its cards.
type search struct {
	*Roster
	county int32
	column string // id_index or card_index
}

// meetings finds the newest versions of rows in other rosters of the same programme
// and year whose person or card (the column) is among those asked for.
func meetings(ctx context.Context, q bun.IDB, in search, values []ledger.Digest) ([]met, error) {
	var out []met
	for some := range slices.Chunk(values, rosterChunk) {
		keys := make([][]byte, len(some))
		for i := range some {
			keys[i] = some[i][:]
		}
		var rows []met
		err := q.NewRaw(`SELECT r.code, r.n, r.id_index, r.card_index FROM roster_row r
 WHERE r.county = ? AND r.`+in.column+` IN (?) AND r.year = ? AND r.programme = ? AND r.code <> ?
 AND r.rev = (SELECT max(x.rev) FROM roster_row x WHERE x.county = r.county AND x.code = r.code AND x.n = r.n)`, in.county, bun.List(keys), in.Year, in.Programme, in.Code).Scan(ctx, &rows)
		if err != nil {
			return nil, fmt.Errorf("look for a payee in other rosters: %w", err)
		}
		// An order asked of the database would make it walk every roster in that order.
		slices.SortFunc(rows, func(a, b met) int { return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.N, b.N)) })
		for i := range rows {
			if len(rows[i].IDIndex) != len(ledger.Digest{}) || len(rows[i].CardIndex) != len(ledger.Digest{}) {
				return nil, ErrPersonRow.With("名册 %s 第 %d 行：检索值长度", rows[i].Code, rows[i].N)
			}
		}
		out = append(out, rows...)
	}
	return out, nil
}

// AnySealed reports whether the store holds a sealed row at all: then a key file
// that is missing must not be made anew.
func AnySealed(ctx context.Context, q bun.IDB) (bool, error) {
	var n int
	err := q.NewRaw("SELECT count(*) FROM (SELECT 1 FROM roster_row LIMIT 1) AS r").Scan(ctx, &n)
	if err != nil {
		return false, fmt.Errorf("look for sealed rows: %w", err)
	}
	return n > 0, nil
}

// FindRoster returns a roster as q shows it, if the unit may see it.
func FindRoster(ctx context.Context, q bun.IDB, county int32, code, unit string) (Roster, error) {
	item, err := rosterFile.Find(ctx, q, county, code, unit)
	return item.State, err
}

// ListRosters lists rosters in order of code.
func ListRosters(ctx context.Context, q bun.IDB, county int32, f dossier.Filter) ([]Roster, error) {
	return statesOf(rosterFile.List(ctx, q, county, f))
}
