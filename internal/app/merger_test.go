package app_test

import (
	"errors"
	"testing"

	"fundbook/internal/app"
	"fundbook/internal/auth"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/internal/dossier"
	"fundbook/ledger"
	"fundbook/payments"
	"fundbook/projects"
)

const newTown = "东江镇"

func merging(code, date string) payments.MergeUnitCmd {
	return payments.MergeUnitCmd{CorrectionPaper: because(code, date), UnitMerger: payments.UnitMerger{Unit: ourTown, Into: newTown}}
}

// TestAMergedTownshipGoesOnUnderItsSuccessor merges a township in the middle of its
// claims (E28): project, contract, claims, requests and findings are the successor's, a
// disallowed part comes back to it although the old name executed it, and the rest is
// paid and approved there.
func TestAMergedTownshipGoesOnUnderItsSuccessor(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newClaimWorld(t, d)
		w.must("township.fund", payments.FundCmd{
			Code: "F1", Township: ourTown, On: day("2026-04-01"), Lots: []payments.FundLot{{Lot: w.a, Amount: fen("200000.00")}},
			Account: "3600001234567890", Reference: "GK-10", Document: "安财农〔2026〕1号",
		})
		w.townPaid("T1", "H2", "2026-04-10", "50000.00", "48500.00")
		w.must("township.disallow", payments.DisallowCmd{Claim: "T1", On: day("2026-04-11"), Amount: fen("5500.00"), Reason: "超计量"})
		w.must("township.approve", payments.ApproveTownshipCmd{Claim: "T1", On: day("2026-04-12")})
		w.townPaid("T2", "H2", "2026-04-15", "30000.00", "29100.00")
		w.reviewed(w.claim(payments.ClaimCmd{Code: "T3", Kind: payments.ClaimProgress, Mode: payments.ModeTownship, Contract: "H2", Date: day("2026-04-16")}, "10000.00", "", townPapers))
		w.must("township.request", pay("R3", "T3", "2026-04-16", "9700.00"))
		old, heir := auth.Who{ID: [16]byte{15: 51}, Name: ourTown, Role: auth.Township, Unit: ourTown}, auth.Who{ID: [16]byte{15: 52}, Name: newTown, Role: auth.Township, Unit: newTown}

		w.refused(finance, payments.ErrCorrect, "correct.merge", payments.MergeUnitCmd{CorrectionPaper: because("Z0", "2026-05-01"), UnitMerger: payments.UnitMerger{Unit: ourTown, Into: ourTown}})
		w.must("correct.merge", merging("Z0", "2026-04-14"))
		w.refused(finance, ledger.ErrMergerDate, "correct.approve", payments.ApproveCorrectionCmd{Code: "Z0"})
		w.corrected("correct.merge", "Z1", merging("Z1", "2026-05-01"))

		if p := w.project(w.j2); p.Town != newTown || p.Unit != newTown {
			t.Errorf("the project is of %s, run by %s", p.Town, p.Unit)
		}
		if c := w.contract("H2"); c.Town != newTown || c.Unit != newTown {
			t.Errorf("the contract is of %s, run by %s", c.Town, c.Unit)
		}
		if p := w.project(w.j1); p.Unit != bureau || p.Town != "" {
			t.Errorf("the county's project is of %s, run by %s", p.Town, p.Unit)
		}
		back := payments.PaidBackCmd{Claim: "T1", On: day("2026-05-08"), Reference: "XS-9"}
		if _, err := w.op(old, "township.paid_back", back); !errors.Is(err, dossier.ErrUnknown) {
			t.Errorf("the old township's account: %v", err)
		}
		if _, err := w.op(heir, "township.paid_back", back); err != nil {
			t.Fatalf("what was disallowed comes back to the successor: %v", err)
		}
		w.wantBalances(map[string]string{"1211 " + newTown: "0.00", "1211 " + ourTown: "0.00", "1002 " + ourTown: "0.00"})
		if got := w.balance(func(k *ledger.Key) bool { return k.Account == "7302" && k.Unit == ourTown }); got != "43000.00" {
			t.Errorf("the old name has executed %s", got)
		}
		w.must("township.approve", payments.ApproveTownshipCmd{Claim: "T2", On: day("2026-05-09")})
		if _, err := w.op(heir, "township.pay", payments.ConfirmCmd{Request: "R3", On: day("2026-05-10"), Reference: "XS-10"}); err != nil {
			t.Fatal(err)
		}
		w.must("township.approve", payments.ApproveTownshipCmd{Claim: "T3", On: day("2026-05-11")})
		w.townPaid("T4", "H2", "2026-05-12", "20000.00", "19400.00")
		w.must("township.approve", payments.ApproveTownshipCmd{Claim: "T4", On: day("2026-05-13")})
		_, err := w.try(app.RawPost{Items: []ledger.Posting{{Event: "E04", Date: day("2026-05-14"), Into: "7104", Unit: ourTown, Parts: part(w.b, "1.00")}}})
		if !errors.Is(err, ledger.ErrUnitMerged) {
			t.Errorf("authority for the old name: %v", err)
		}
		w.refused(finance, ledger.ErrUnitMerged, "correct.merge", merging("Z2", "2026-05-20"))
		if err := w.as(finance, "correct.unmerge", payments.UnmergeUnitCmd{CorrectionPaper: because("Z3", "2026-05-20"), Merger: "Z1"}); err != nil {
			t.Fatal(err)
		}
		if err := w.as(finance, "correct.approve", payments.ApproveCorrectionCmd{Code: "Z3"}); err == nil {
			t.Error("a merger on which payments were built is undone")
		}
		w.verified()
	})
}

// TestAMergerIsUndoneWhole: what followed goes back field by field, plans and funding
// among them, and nothing that was the successor's before.
func TestAMergerIsUndoneWhole(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newClaimWorld(t, d)
		j3 := w.planned(projects.Project{Name: "水塘", Category: "030103", Unit: newTown, Town: newTown, Tier: projects.TierTownship, Budget: fen("1000.00")}, lotPart(w.b, "1000.00"))
		j2, c2 := w.project(w.j2), w.contract("H2")
		w.corrected("correct.merge", "Z1", merging("Z1", "2026-05-01"))
		rename := projects.UnitRenameCmd{Unit: newTown, Name: "新东江镇", From: day("2026-05-02"), Document: "赣民字〔2026〕3号"}
		w.must("unit.rename", rename)
		w.refused(finance, projects.ErrUnitName, "unit.rename", rename)
		rename.Unit = ourTown
		w.refused(finance, projects.ErrUnitGone, "unit.rename", rename, newTown)
		if _, err := intoLibrary(w.store, county, projects.Project{Name: "新渠", Category: "030103", Unit: ourTown, Town: ourTown, Tier: projects.TierTownship, Budget: fen("1000.00")}); !errors.Is(err, projects.ErrUnitGone) {
			t.Errorf("a project of the merged township: %v", err)
		}
		undo := payments.UnmergeUnitCmd{CorrectionPaper: because("Z2", "2026-05-03"), Merger: "Z1"}
		w.refused(finance, dossier.ErrUnknown, "correct.unmerge", payments.UnmergeUnitCmd{CorrectionPaper: because("Z2", "2026-05-03"), Merger: "Z9"})
		w.corrected("correct.unmerge", "Z2", undo)
		if got := w.project(w.j2); got.Town != j2.Town || got.Unit != j2.Unit {
			t.Errorf("the project is of %s, run by %s", got.Town, got.Unit)
		}
		if got := w.contract("H2"); got.Town != c2.Town || got.Unit != c2.Unit {
			t.Errorf("the contract is of %s, run by %s", got.Town, got.Unit)
		}
		if got := w.project(j3); got.Town != newTown || got.Unit != newTown {
			t.Errorf("the other township's project is of %s, run by %s", got.Town, got.Unit)
		}
		w.wantBalances(map[string]string{"7202 H2": "200000.00"})
		w.refused(finance, payments.ErrCorrectState, "correct.unmerge", payments.UnmergeUnitCmd{CorrectionPaper: because("Z3", "2026-05-04"), Merger: "Z1"}, "UNDONE")
		w.corrected("correct.merge", "Z4", merging("Z4", "2026-05-05"))
		w.verified()
	})
}

// TestOneEntryOfAMergerIsNotReversedAlone: a merger too long for one entry was cut, and
// turning one of its entries red left a unit in two.
func TestOneEntryOfAMergerIsNotReversedAlone(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newStore(t, d)
		const count = 3_800 // entries are cut between lots, past half of what one may hold
		lots := []ledger.LotID{s.lot("K1", "100000.00"), s.lot("K2", "100000.00"), s.lot("K3", "100000.00")}
		var items []ledger.Posting
		for i := range count {
			p := ledger.Posting{Event: "E07", Date: day("2026-04-01"), From: "7101", Unit: ourTown, Project: "J" + ledger.Amount(i).String()}
			for _, lot := range lots {
				p.Parts = append(p.Parts, ledger.Part{Lot: lot, Amount: 100})
			}
			if items = append(items, p); len(items) == 950 {
				s.post(items...)
				items = nil
			}
		}
		out := s.post(ledger.Posting{Event: "E28", Date: day("2026-05-01"), Decision: "省民政〔2026〕1号", Unit: ourTown, To: &ledger.Target{Unit: newTown}})
		if len(out.Records) < 2 {
			t.Fatalf("the merger is %d entries: not cut", len(out.Records))
		}
		last := out.Records[len(out.Records)-1].Seq
		red := s.post(ledger.Posting{Event: "E23", Date: day("2026-05-02"), Reverses: last})
		if len(red.Records) != len(out.Records) {
			t.Errorf("%d entries of %d are reversed", len(red.Records), len(out.Records))
		}
		_, err := s.try(app.RawPost{Items: []ledger.Posting{{Event: "E23", Date: day("2026-05-02"), Reverses: out.Records[0].Seq}}})
		if !errors.Is(err, ledger.ErrReversed) {
			t.Errorf("the first entry again: %v", err)
		}
		s.post(ledger.Posting{Event: "E07r", Date: day("2026-05-03"), Decision: "1号", Into: "7101", Unit: ourTown, Project: "J0.00", Parts: part(lots[0], "1.00")})
		s.verified()
	})
}

// TestAClaimOfAMergedUnitIsRevokedOnceTheMergerIsUndone: what was posted under a merged
// name is turned red under it alone, so revoking is refused; the refusal names a remedy,
// and the remedy works.
func TestAClaimOfAMergedUnitIsRevokedOnceTheMergerIsUndone(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newClaimWorld(t, d)
		w.must("township.fund", payments.FundCmd{
			Code: "F1", Township: ourTown, On: day("2026-04-01"), Lots: []payments.FundLot{{Lot: w.a, Amount: fen("200000.00")}},
			Account: "3600001234567890", Reference: "GK-10", Document: "安财农〔2026〕1号",
		})
		w.townPaid("T1", "H2", "2026-04-10", "50000.00", "48500.00")
		w.must("township.approve", payments.ApproveTownshipCmd{Claim: "T1", On: day("2026-04-12")})
		w.corrected("correct.merge", "Z1", merging("Z1", "2026-05-01"))
		revoke := payments.RevokeClaimCmd{Claim: "T1", On: day("2026-05-04"), Reason: "应审减"}
		w.refused(finance, ledger.ErrUnitMerged, "claim.revoke", revoke, ourTown, newTown, "correct.unmerge")
		w.corrected("correct.unmerge", "Z2", payments.UnmergeUnitCmd{CorrectionPaper: because("Z2", "2026-05-03"), Merger: "Z1"})
		w.must("claim.revoke", revoke)
		w.corrected("correct.merge", "Z3", merging("Z3", "2026-05-05"))
		w.verified()
	})
}
