package api

import (
	"bytes"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"fundbook/internal/app"
	"fundbook/internal/auth"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/internal/dossier"
	"fundbook/projects"
)

const projectBody = `{"name":"NAME","tier":"township","town":"T1","unit":"T1","library_year":2026,"raised_by":"township","category":"030101",
"nature":"新建","place":"各村","start":"2026-03-01","finish":"2026-10-31","task":"硬化","budget":"1000.00","financing":[{"source":"central","amount":"1000.00"}],
"beneficiaries":{"persons":10},"participation":"讨论","mechanism":"出行","goals":[{"code":"1","level1":"产出","level2":"数量","level3":"道路","op":"text","target_text":"一条","weight":50}]}`

// project enters a project of T1 and returns its code.
func (x *towns) project(name string) string {
	x.t.Helper()
	r := x.send(request{path: "/project/enter", body: strings.Replace(projectBody, "NAME", name, 1), token: x.tokens["T1"]})
	var rec Recorded
	if err := json.Unmarshal([]byte(r.body), &rec); r.status != http.StatusOK || err != nil {
		x.t.Fatalf("%d %s %v", r.status, r.body, err)
	}
	return rec.Others[0].Code
}

// upload sends a document with its file.
func (x *towns) upload(who, key, meta, file string) reply {
	x.t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	if err := form.WriteField("document", meta); err != nil {
		x.t.Fatal(err)
	}
	part, err := form.CreateFormFile("file", "a.pdf")
	if err != nil {
		x.t.Fatal(err)
	}
	if _, err := part.Write([]byte(file)); err != nil {
		x.t.Fatal(err)
	}
	if err := form.Close(); err != nil {
		x.t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(x.t.Context(), http.MethodPost, inOurs("/evidence"), &b)
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Authorization", "Bearer "+x.tokens[who])
	r.Header.Set("Idempotency-Key", key)
	return x.raw(r)
}

const photo = `{"type":"work_photos","title":"照片","date":"2026-06-01","pages":1}`

// TestTownshipSeesNoOtherDossier asks every list and every read of a dossier as the
// township whose it is, as another, and as the county; a village sees none.
func TestTownshipSeesNoOtherDossier(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newTowns(t, d)
		code := x.project("甲路")
		up := x.upload("T1", "upload-key-000000001", photo, "bytes")
		if up.status != http.StatusOK {
			t.Fatalf("upload: %d %s", up.status, up.body)
		}
		digest := fields[Recorded](t, up).Others[0].Code
		for path, want := range map[string][3]int{
			"/projects/" + code:                {200, 404, 200},
			"/evidence/" + digest:              {200, 404, 200},
			"/evidence/" + digest + "/file":    {200, 404, 200},
			"/batches/nowhere-b/bank-file":     {404, 404, 404},
			"/rosters/nowhere-r/payees":        {404, 404, 404},
			"/projects/" + code + "%00":        {400, 400, 400},
			"/projects?status=DRAFT&year=2026": {200, 200, 200},
			"/projects?cursor=%2B%2B":          {400, 400, 400},
		} {
			for i, who := range []string{"T1", "T2", "C"} {
				if got := x.ask(who, path); got.status != want[i] {
					t.Errorf("GET %s as %s: %d %s, want %d", path, who, got.status, got.body, want[i])
				} else if got.status == 200 && who == "T2" && (strings.Contains(got.body, code) || strings.Contains(got.body, digest)) {
					t.Errorf("GET %s as T2 shows what is T1's: %s", path, got.body)
				}
			}
		}
		for _, k := range app.DossierKinds() {
			for who, status := range map[string]int{"T1": 200, "T2": 200, "C": 200} {
				if got := x.ask(who, "/"+k.Path); got.status != status {
					t.Errorf("GET /%s as %s: %d %s", k.Path, who, got.status, got.body)
				}
				if got := x.ask(who, "/"+k.Path+"/none"); got.status != http.StatusNotFound {
					t.Errorf("GET /%s/none as %s: %d %s", k.Path, who, got.status, got.body)
				}
			}
			x.tokens["V"] = x.front.tokens[auth.Village]
			if got := x.ask("V", "/"+k.Path); got.status != http.StatusForbidden {
				t.Errorf("GET /%s as a village: %d", k.Path, got.status)
			}
		}
	})
}

// TestDossierPages walks through a list and reads one of it.
func TestDossierPages(t *testing.T) {
	t.Parallel()
	x := newTowns(t, dbtest.SQLite(t))
	want := []string{x.project("甲路"), x.project("乙路"), x.project("丙路")}
	var got []string
	path := "/projects?limit=2&status=DRAFT"
	for range 5 {
		r := x.ask("C", path)
		page := fields[DossierPage[projects.Project]](t, r)
		for _, row := range page.Rows {
			got = append(got, row.Code)
			if row.Town != "T1" || row.State.Code != row.Code || row.Amount != 100_000 {
				t.Errorf("%+v", row)
			}
		}
		link := r.header.Get("Link")
		if (page.Next == "") != (link == "") {
			t.Errorf("next %q, Link %q", page.Next, link)
		}
		if link == "" {
			break
		}
		path = "/projects" + strings.TrimSuffix(strings.TrimPrefix(link, "<"), `>; rel="next"`)
	}
	if strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("pages hold %v, want %v", got, want)
	}
	file := fields[DossierFile[projects.Project]](t, x.ask("T1", "/projects/"+want[0]))
	if len(file.History) != 1 || file.History[0].Command != "project.enter" || file.History[0].ByName != "u-township" || file.History[0].Record != "project.entered" {
		t.Errorf("history %+v", file.History)
	}
	var fact projects.Entered
	if err := json.Unmarshal(file.History[0].Fact, &fact); err != nil || fact.Particulars.Name != "甲路" {
		t.Errorf("fact %s: %v", file.History[0].Fact, err)
	}
	if r := x.ask("C", "/projects?status=CLOSED"); len(fields[DossierPage[projects.Project]](t, r).Rows) != 0 {
		t.Errorf("a status that nothing has: %s", r.body)
	}
}

// TestUploadEvidence: the digest is the file's, a retry answers the same, another
// file under the key is a conflict.
func TestUploadEvidence(t *testing.T) {
	t.Parallel()
	x := newTowns(t, dbtest.SQLite(t))
	first := x.upload("C", "upload-key-000000001", photo, "bytes")
	again := x.upload("C", "upload-key-000000001", photo, "bytes")
	if first.status != 200 || again.body != first.body || again.header.Get("Idempotent-Replayed") != "true" {
		t.Errorf("%d %s, again %d %s", first.status, first.body, again.status, again.body)
	}
	if r := x.upload("C", "upload-key-000000001", photo, "other"); r.status != http.StatusConflict {
		t.Errorf("another file under the key: %d %s", r.status, r.body)
	}
	digest := fields[Recorded](t, first).Others[0].Code
	if r := x.ask("C", "/evidence/"+digest+"/file"); r.body != "bytes" || !strings.HasPrefix(r.header.Get("Content-Disposition"), "attachment") {
		t.Errorf("the file: %q %v", r.body, r.header)
	}
	for name, meta := range map[string]string{"unknown kind": `{"type":"x","title":"t","date":"2026-06-01","pages":1}`, "no JSON": `x`, "more": `{"size":3}`} {
		if r := x.upload("C", "upload-key-00000000"+string(rune('2'+len(name)%7)), meta, "bytes"); r.status < 400 {
			t.Errorf("%s: %d", name, r.status)
		}
	}
	if r := x.send(request{path: "/evidence", body: `{}`}); r.status != http.StatusBadRequest {
		t.Errorf("JSON in the place of a form: %d %s", r.status, r.body)
	}
}

// TestEveryKindIsShownOrTheRoomsOwn: a kind that is declared is listed by the fronts,
// or named as housekeeping.
func TestEveryKindIsShownOrTheRoomsOwn(t *testing.T) {
	t.Parallel()
	shown := map[string]bool{}
	for _, k := range app.DossierKinds() {
		shown[k.Name] = true
	}
	for _, k := range app.HouseKinds() {
		shown[k] = true
	}
	for _, k := range dossier.Kinds() {
		if !shown[k] {
			t.Errorf("kind %s has no row in internal/app/dossiers.go and no route in api/read_dossier.go", k)
		}
		delete(shown, k)
	}
	for k := range shown {
		t.Errorf("kind %s is shown and not declared", k)
	}
}
