package app_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"fundbook/internal/app"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/internal/translog"
	"fundbook/ledger"
	"fundbook/projects"
)

// TestOrdersRunInTheirOrder hands over many commands at once: each sees what those
// before it did, the records stand in their order, the first refusal is returned
// with its command, and running them again changes nothing.
func TestOrdersRunInTheirOrder(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newStore(t, d)
		var list []app.Order
		var want []string
		add := func(o app.Order) {
			o.Who, o.Key = finance, fmt.Sprintf("orders-key-%09d", len(list))
			list, want = append(list, o), append(want, o.Key)
		}
		for i := range 40 {
			l := ledger.Lot{
				ID: ledger.LotID{0: 7, 15: byte(i + 1)}, Code: fmt.Sprintf("L%02d", i), Tier: ledger.TierCentral, Class: ledger.ClassXJ, Document: fmt.Sprintf("doc-%02d", i),
				Line: 1, Name: "样例资金", Year: 2026, IntegrationItem: "衔接资金",
			}
			add(app.Order{Command: app.LotCmd{Lot: l}})
			add(app.Order{Command: app.PostCmd{Items: []ledger.Posting{{Event: "E01", Date: day("2026-03-01"), Parts: part(l.ID, "10.00")}}}})
		}
		add(app.Order{Name: "plan.catalog", Body: projects.CatalogCmd{
			Year: 2026, Tier: ledger.TierCentral, Document: "目录", On: day("2026-03-01"), Items: []projects.CatalogItem{{Item: "衔接资金", Integrable: true}},
		}})
		pool := projects.PoolCmd{Date: day("2026-03-02"), Pool: "P1", Account: "7101", Document: "d", Parts: []projects.LotPart{{Lot: ledger.LotID{0: 7, 15: 1}, Amount: fen("10.00")}}}
		add(app.Order{Name: "plan.pool", Body: pool})
		good := len(list)
		if err := s.RunAll(t.Context(), county, list); err != nil {
			t.Fatal(err)
		}
		keys := func() (out []string) {
			t.Helper()
			named := map[string]string{}
			for _, key := range want {
				slot := translog.Slot(finance.ID, key)
				named[string(slot[:])] = key
			}
			rows, err := d.Read.QueryContext(t.Context(), "SELECT slot FROM record WHERE county = 360726 AND slot IS NOT NULL ORDER BY seq")
			if err != nil {
				t.Fatal(err)
			}
			defer rows.Close()
			for rows.Next() {
				var slot []byte
				if err := rows.Scan(&slot); err != nil {
					t.Fatal(err)
				}
				if key, ours := named[string(slot)]; ours {
					out = append(out, key)
				}
			}
			if err := rows.Err(); err != nil {
				t.Fatal(err)
			}
			return out
		}
		if got := keys(); strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("the records stand as %v", got)
		}
		add(app.Order{Name: "plan.pool", Body: pool}) // nothing is left of that lot
		add(app.Order{Name: "plan.fly", Body: pool})
		err := s.RunAll(t.Context(), county, list)
		if !errors.Is(err, ledger.ErrOverdraw) || !strings.Contains(err.Error(), "plan.pool") {
			t.Errorf("%v, want ErrOverdraw of plan.pool", err)
		}
		if err := s.RunAll(t.Context(), county, list[len(list)-1:]); !errors.Is(err, app.ErrOperation) {
			t.Errorf("%v, want ErrOperation", err)
		}
		if got := keys(); len(got) != good {
			t.Errorf("%d records after the replay, want %d", len(got), good)
		}
	})
}
