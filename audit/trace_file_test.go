package audit_test

import (
	"encoding/hex"
	"errors"
	"slices"
	"testing"

	"fundbook/audit"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/internal/dossier"
	"fundbook/ledger"

	"github.com/google/go-cmp/cmp"
)

// TestTraceShowsItsDossiers goes from the document down to the papers of a claim,
// and from a claim, a request and a paper up to the document.
func TestTraceShowsItsDossiers(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := plantDoubts(t, d)
		down := mustTrace(t, d, audit.Selector{Document: "doc-A", Project: w.sound})
		titles := map[string]string{}
		for _, n := range down.Nodes {
			titles[n.ID] = n.Title
		}
		if titles["project:"+w.sound] != "好路" || titles["contract:"+w.sound+"/H1"] != "施工合同 H1" {
			t.Errorf("titles %v", titles)
		}
		var papers []ledger.Digest
		var files []string
		for _, f := range down.Files {
			files = append(files, f.Kind+" "+f.Code+" < "+f.Parent)
			if f.Kind == "claim" {
				papers = f.Evidence
			}
		}
		for _, want := range []string{"contract H1 < " + w.sound, "claim B1 < H1", "request Q-B1 < B1"} {
			if !slices.Contains(files, want) {
				t.Errorf("%s is missing in %v", want, files)
			}
		}
		if len(files) != 4 || len(papers) != len(advancePapers) {
			t.Fatalf("%v with papers %x", files, papers)
		}
		claim := mustTrace(t, d, audit.Selector{File: "claim/B1"})
		last := claim.Edges[len(claim.Edges)-1]
		if claim.Edges[0].From != "document:doc-A" || last.To != "payee:"+builder || last.Amount != fen("45000.00") {
			t.Errorf("from the claim: %v", edges(claim))
		}
		for _, file := range []string{"request/Q-B1", "evidence/" + hex.EncodeToString(papers[0][:])} {
			if diff := cmp.Diff(claim, mustTrace(t, d, audit.Selector{File: file})); diff != "" {
				t.Errorf("%s (-claim +got)\n%s", file, diff)
			}
		}
		for file, refusal := range map[string]error{
			"claim": audit.ErrSelector, "plan/JH-2026": audit.ErrSelector, "evidence/zz": audit.ErrSelector,
			"claim/B9": dossier.ErrUnknown, "evidence/" + hex.EncodeToString(paper[:]): audit.ErrNoFlow,
		} {
			if _, err := trace(t, d, audit.Selector{File: file}); !errors.Is(err, refusal) {
				t.Errorf("%s: %v", file, err)
			}
		}
	})
}
