package tidy

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pb33f/go-yaml"
)

// No Docker engine is needed for these tests, so they say only that the files
// are well formed and keep their promises, not that the images start.

type compose struct {
	Services map[string]service
	Secrets  map[string]struct{ File string }
	Configs  map[string]struct{ File string }
	Volumes  map[string]any
}

type service struct {
	Image, Build, Restart string
	Command               []string
	ReadOnly              bool `yaml:"read_only"`
	Environment           map[string]string
	Secrets               []string
	Volumes               []string
	Tmpfs                 []string
	Ports                 []string
	Configs               []struct{ Source, Target string }
	Healthcheck           struct{ Test []string }
	DependsOn             map[string]struct{ Condition string } `yaml:"depends_on"`
}

func parse(t *testing.T, name string, into any) {
	t.Helper()
	body, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(body, into); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

// checkCompose says what is wrong with a compose file.
func checkCompose(c compose) []string {
	var out []string
	bad := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	for name, s := range c.Services {
		if s.Image == "" {
			bad("%s has no image", name)
		}
		if !s.ReadOnly {
			bad("%s has a writable root", name)
		}
		for key, value := range s.Environment {
			if secret := strings.Contains(key, "PASSWORD") && !strings.HasSuffix(key, "_FILE"); secret || passwordInURL.MatchString(value) {
				bad("%s carries a secret in %s", name, key)
			}
		}
		for _, secret := range s.Secrets {
			if c.Secrets[secret].File == "" {
				bad("%s uses the secret %s, which is no file", name, secret)
			}
		}
		for _, v := range s.Volumes {
			volume, _, _ := strings.Cut(v, ":")
			if _, known := c.Volumes[volume]; !known {
				bad("%s mounts %s, which is no volume", name, volume)
			}
		}
		for _, cfg := range s.Configs {
			// What stands in content is copied into the container, which a read-only one refuses.
			if file := c.Configs[cfg.Source].File; file == "" {
				bad("%s uses the config %s, which is no file", name, cfg.Source)
			} else if _, err := os.Stat(filepath.Join(root, file)); err != nil {
				bad("%s uses the config %s: %v", name, cfg.Source, err)
			}
		}
		for _, p := range s.Ports {
			if !strings.HasPrefix(p, "127.0.0.1:") {
				bad("%s is open to the network by %s", name, p)
			}
		}
		for other, d := range s.DependsOn {
			switch on, known := c.Services[other]; {
			case !known:
				bad("%s waits for %s, which is no service", name, other)
			case d.Condition == "service_healthy" && len(on.Healthcheck.Test) == 0:
				bad("%s waits for the health of %s, which has no check", name, other)
			}
		}
	}
	slices.Sort(out)
	return out
}

var passwordInURL = regexp.MustCompile(`://[^/@:]+:[^@]+@`)

func TestComposeKeepsItsPromises(t *testing.T) {
	t.Parallel()
	var c compose
	parse(t, "docker-compose.yml", &c)
	for _, finding := range checkCompose(c) {
		t.Error(finding)
	}
	app, migrate, db := c.Services["app"], c.Services["migrate"], c.Services["db"]
	for what, holds := range map[string]bool{
		"app runs serve":                     slices.Equal(app.Command, []string{"serve"}),
		"app asks itself for its health":     slices.Equal(app.Healthcheck.Test, []string{"CMD", "/fundbook", "healthcheck"}),
		"app keeps its files in a volume":    slices.Contains(app.Volumes, "data:/data"),
		"app is not the owner":               strings.Contains(app.Environment["FUNDBOOK_DB"], "//fundbook_app@"),
		"app waits for the migrations":       app.DependsOn["migrate"].Condition == "service_completed_successfully",
		"migrate runs migrate":               slices.Equal(migrate.Command, []string{"migrate"}),
		"migrate is the owner":               strings.Contains(migrate.Environment["FUNDBOOK_DB"], "//fundbook_owner@"),
		"migrate runs once":                  migrate.Restart == "no",
		"app cannot read the owner's secret": !slices.Contains(app.Secrets, "owner_pgpass"),
		"the owner is no superuser":          db.Environment["POSTGRES_USER"] == "postgres",
		"the database is PostgreSQL 16":      db.Image == "postgres:16",
		"the database is asked for health":   slices.Contains(db.Healthcheck.Test, "pg_isready"),
		"the database has no open port":      len(db.Ports) == 0,
	} {
		if !holds {
			t.Errorf("not so: %s", what)
		}
	}
}

func TestComposeCheckSees(t *testing.T) {
	t.Parallel()
	const broken = `
services:
  app:
    environment: {POSTGRES_PASSWORD: x, DB: "postgres://a:b@db/x"}
    secrets: [lost]
    volumes: [gone:/x]
    configs: [{source: none, target: /x}]
    ports: ["8080:8080"]
    depends_on: {app: {condition: service_healthy}, nobody: {condition: service_started}}
`
	var c compose
	if err := yaml.Unmarshal([]byte(broken), &c); err != nil {
		t.Fatal(err)
	}
	got := strings.Join(checkCompose(c), "\n")
	for _, want := range []string{
		"no image", "writable root", "secret in POSTGRES_PASSWORD", "secret in DB", "secret lost", "mounts gone",
		"config none", "open to the network", "health of app", "nobody, which is no service",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the check does not see %q in:\n%s", want, got)
		}
	}
}

func TestImageIsSmallAndUnprivileged(t *testing.T) {
	t.Parallel()
	body, err := os.ReadFile(filepath.Join(root, "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	stages := strings.Split(string(body), "\nFROM ")
	if len(stages) < 2 {
		t.Fatal("the Dockerfile has one stage: the compiler would be in the image")
	}
	last := stages[len(stages)-1]
	for _, want := range []string{"scratch\n", "\nUSER 65532:65532\n", "\nENTRYPOINT [\"/fundbook\"]\n", "\nVOLUME /data\n"} {
		if !strings.Contains(last, want) {
			t.Errorf("the last stage lacks %q", want)
		}
	}
	if build := stages[len(stages)-2]; !strings.Contains(build, "CGO_ENABLED=0") {
		t.Error("the program is not static")
	}
}

func TestLintersArePinned(t *testing.T) {
	t.Parallel()
	var c struct {
		Version string
		Linters struct {
			Default string
			Enable  []string
		}
	}
	parse(t, ".golangci.yml", &c)
	if c.Version != "2" || c.Linters.Default != "none" || len(c.Linters.Enable) < 10 {
		t.Errorf(".golangci.yml: version %q, default %q, %d linters; want 2, none and a list", c.Version, c.Linters.Default, len(c.Linters.Enable))
	}
	body, err := os.ReadFile(filepath.Join(root, "tools", "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	for _, tool := range []string{"mvdan.cc/gofumpt", "honnef.co/go/tools", "github.com/golangci/golangci-lint/v2"} {
		if !regexp.MustCompile(regexp.QuoteMeta(tool) + ` v\d+\.\d+\.\d+`).Match(body) {
			t.Errorf("tools/go.mod does not pin %s", tool)
		}
	}
}

// TestScriptsParse has bash read the scripts without running them.
func TestScriptsParse(t *testing.T) {
	t.Parallel()
	for _, name := range []string{".ci/run", ".ci/install"} {
		info, err := os.Stat(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode()&0o111 == 0 {
			t.Errorf("%s is not executable", name)
		}
		if out, err := exec.CommandContext(t.Context(), "bash", "-n", filepath.Join(root, name)).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
		if body, err := os.ReadFile(filepath.Join(root, name)); err != nil || !strings.Contains(string(body), "\nset -euo pipefail\n") {
			t.Errorf("%s does not stop at the first error (%v)", name, err)
		}
	}
}
