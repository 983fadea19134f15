package audit

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"fundbook/internal/db"
	"fundbook/internal/dossier"
	"fundbook/ledger"
	"fundbook/payments"
	"fundbook/projects"

	"github.com/uptrace/bun"
)

// errFile refuses a file that is not written as kind/code, or whose kind leads to no
// money.
var errFile = ErrSelector.With("案卷写作 种类/编号，种类为 contract、roster、claim、request、batch、recovery、evidence")

var fileKinds = []string{"contract", "roster", "claim", "request", "batch", "recovery", "evidence"}

// FileOf completes what names a file: the digest of a document alone is
// evidence/digest.
func FileOf(text string) string {
	if raw, err := hex.DecodeString(text); err == nil && len(raw) == len(ledger.Digest{}) {
		return "evidence/" + strings.ToLower(text)
	}
	return text
}

// fileEntries returns the entries that the commands of a dossier have posted; those
// of a paper are those of the claims that it belongs to.
func fileEntries(ctx context.Context, q bun.IDB, county int32, file string) ([]int64, error) {
	kind, code, ok := strings.Cut(file, "/")
	if !ok || code == "" || !slices.Contains(fileKinds, kind) {
		return nil, errFile.At("file", "not kind/code", file)
	}
	if kind != "evidence" {
		return commandEntries(ctx, q, county, kind, []string{code})
	}
	claims, err := claimsOfPaper(ctx, q, county, code)
	if err != nil || len(claims) == 0 {
		return nil, err
	}
	return commandEntries(ctx, q, county, "claim", claims)
}

// commandEntries finds the entries that stand in one command with a fact of one of
// the dossiers. A command's first record says how many follow.
func commandEntries(ctx context.Context, q bun.IDB, county int32, kind string, codes []string) ([]int64, error) {
	var facts []int64
	err := q.NewRaw("SELECT seq FROM dossier_fact WHERE county = ? AND kind = ? AND code IN (?) ORDER BY seq", county, kind, bun.List(codes)).Scan(ctx, &facts)
	if err != nil {
		return nil, fmt.Errorf("find the facts of a dossier: %w", err)
	}
	if len(facts) == 0 {
		return nil, dossier.ErrUnknown.With("%s %s", kind, strings.Join(codes, "、"))
	}
	var out []int64
	for _, seq := range facts {
		var part []int64
		first, err := db.CommandOf(ctx, q, county, seq)
		if err != nil {
			return nil, err
		}
		err = q.NewRaw("SELECT seq FROM record WHERE county = ? AND kind = ? AND seq >= ? AND seq < ? ORDER BY seq",
			county, ledger.KindEntry, first.Seq, first.Seq+int64(first.Count)).Scan(ctx, &part)
		if err != nil {
			return nil, fmt.Errorf("find the entries of a dossier: %w", err)
		}
		out = append(out, part...)
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// claimsOfPaper returns the claims that a document belongs to.
func claimsOfPaper(ctx context.Context, q bun.IDB, county int32, digest string) ([]string, error) {
	raw, err := hex.DecodeString(digest)
	if err != nil || len(raw) != 32 {
		return nil, errFile.At("file", "not a digest", digest)
	}
	list, err := payments.Claims(ctx, q, county, dossier.Filter{})
	if err != nil {
		return nil, err
	}
	var out []string
	for i := range list {
		if slices.Contains(list[i].State.Documents, ledger.Digest(raw)) {
			out = append(out, list[i].Code)
		}
	}
	return out, nil
}

// maxFiles bounds the contracts and rosters whose claims and papers are listed; the
// graph of a whole county names projects and contracts only.
const maxFiles = 50

// fileRow is what the index of dossiers says of one.
type fileRow struct {
	Kind, Code, Parent, Title, Status string
	Amount                            int64
}

// addFiles sets the titles of nodes and lists the dossiers behind them.
func (g *Graph) addFiles(ctx context.Context, q bun.IDB, county int32) error {
	names := map[string][]string{} // kind of node → codes
	for i := range g.Nodes {
		switch n := &g.Nodes[i]; n.Kind {
		case "project":
			names["project"] = append(names["project"], strings.TrimPrefix(n.ID, "project:"))
		case "contract":
			_, code := contractOf(n)
			names["contract"] = append(names["contract"], code)
		}
	}
	top, err := listFiles(ctx, q, county, "(kind = 'project' AND code IN (?)) OR (kind IN ('contract', 'roster') AND code IN (?))",
		orNone(names["project"]), orNone(names["contract"]))
	if err != nil {
		return err
	}
	if len(top) == 0 {
		return nil
	}
	g.entitle(top)
	g.Files = top
	under := slices.DeleteFunc(slices.Clone(top), func(f File) bool { return f.Kind == "project" })
	if len(under) > 0 && len(under) <= maxFiles {
		if err := g.drill(ctx, q, county, under); err != nil {
			return err
		}
	}
	slices.SortFunc(g.Files, func(a, b File) int {
		return cmp.Or(cmp.Compare(slices.Index(fileOrder, a.Kind), slices.Index(fileOrder, b.Kind)), strings.Compare(a.Code, b.Code))
	})
	return nil
}

var fileOrder = []string{"project", "contract", "roster", "claim", "request", "batch"}

// contractOf reads the project and the contract out of a node.
func contractOf(n *Node) (project, code string) {
	project, code, _ = strings.Cut(strings.TrimPrefix(n.ID, "contract:"), "/")
	return project, code
}

func orNone(list []string) any {
	if len(list) == 0 {
		list = []string{"\x01"}
	}
	return bun.List(list)
}

func listFiles(ctx context.Context, q bun.IDB, county int32, where string, args ...any) ([]File, error) {
	var rows []fileRow
	err := q.NewRaw("SELECT kind, code, parent, title, status, amount FROM dossier WHERE county = ? AND ("+where+") ORDER BY kind, code",
		append([]any{county}, args...)...).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("list the dossiers of a trace: %w", err)
	}
	out := make([]File, len(rows))
	for i, r := range rows {
		out[i] = File{Kind: r.Kind, Code: r.Code, Parent: r.Parent, Title: r.Title, Status: r.Status, Amount: ledger.Amount(r.Amount)}
	}
	return out, nil
}

// entitle sets the titles of nodes.
func (g *Graph) entitle(files []File) {
	titles := map[string]string{}
	for _, f := range files {
		kind := f.Kind
		if kind == "roster" {
			kind = "contract"
		}
		titles[kind+":"+f.Code] = f.Title
	}
	for i := range g.Nodes {
		switch n := &g.Nodes[i]; n.Kind {
		case "project":
			n.Title = titles[n.ID]
		case "contract":
			_, code := contractOf(n)
			n.Title = titles["contract:"+code]
		}
	}
}

// drill lists what was claimed, requested and paid in batches under contracts and
// rosters, with the digests of the papers.
func (g *Graph) drill(ctx context.Context, q bun.IDB, county int32, under []File) error {
	for _, f := range under {
		switch f.Kind {
		case "contract":
			if err := g.drillContract(ctx, q, county, f.Code); err != nil {
				return err
			}
		case "roster":
			batches, err := payments.ListBatches(ctx, q, county, dossier.Filter{Parent: f.Code})
			if err != nil {
				return err
			}
			for i := range batches {
				b := &batches[i]
				x := File{Kind: "batch", Code: b.Code, Parent: f.Code, Title: b.Roster, Status: string(b.State), Amount: b.Amount()}
				if b.File != (ledger.Digest{}) {
					x.Evidence = []ledger.Digest{b.File}
				}
				g.Files = append(g.Files, x)
			}
		default:
		}
	}
	return nil
}

func (g *Graph) drillContract(ctx context.Context, q bun.IDB, county int32, code string) error {
	c, err := projects.FindContract(ctx, q, county, code, "")
	if err != nil && !errors.Is(err, dossier.ErrUnknown) {
		return err
	}
	i := slices.IndexFunc(g.Files, func(f File) bool { return f.Kind == "contract" && f.Code == code })
	for _, d := range []ledger.Digest{c.Digest, c.Accepted, c.Report} {
		if d != (ledger.Digest{}) && i >= 0 {
			g.Files[i].Evidence = append(g.Files[i].Evidence, d)
		}
	}
	claims, err := payments.Claims(ctx, q, county, dossier.Filter{Parent: code})
	if err != nil {
		return err
	}
	for i := range claims {
		x := &claims[i]
		g.Files = append(g.Files, File{
			Kind: "claim", Code: x.Code, Parent: code, Title: x.Index.Title, Status: x.Index.Status, Amount: x.State.Amount, Evidence: x.State.Documents,
		})
		requests, err := payments.Requests(ctx, q, county, dossier.Filter{Parent: x.Code})
		if err != nil {
			return err
		}
		for j := range requests {
			r := &requests[j]
			f := File{Kind: "request", Code: r.Code, Parent: x.Code, Title: r.Index.Title, Status: r.Index.Status, Amount: r.State.Amount}
			for _, p := range r.State.Payees {
				if p.Document != (ledger.Digest{}) {
					f.Evidence = append(f.Evidence, p.Document)
				}
			}
			g.Files = append(g.Files, f)
		}
	}
	return nil
}
