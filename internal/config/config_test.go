package config

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestEnvironment(t *testing.T) {
	t.Parallel()
	secret := filepath.Join(t.TempDir(), "db")
	if err := os.WriteFile(secret, []byte("postgres://a:b@c/d\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := Environment([]string{"HOME=/x", "FUNDBOOK_LISTEN=:1", "FUNDBOOK_DB_FILE=" + secret, "FUNDBOOK_SIGNING_KEY_FILE=k"})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"listen": ":1", "db": "postgres://a:b@c/d", "signing-key-file": "k"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestEnvironmentRefuses(t *testing.T) {
	t.Parallel()
	for name, env := range map[string][]string{
		"unknown":           {"FUNDBOOK_LISTNE=:1"},
		"file of no secret": {"FUNDBOOK_LISTEN_FILE=x"},
		"missing file":      {"FUNDBOOK_DB_FILE=" + filepath.Join(t.TempDir(), "none")},
		"given twice":       {"FUNDBOOK_DB=sqlite://a", "FUNDBOOK_DB_FILE=config.go"},
	} {
		if _, err := Environment(env); !errors.Is(err, ErrSetting) {
			t.Errorf("%s: %v, want %v", name, err, ErrSetting.Code)
		}
	}
}

func TestComplete(t *testing.T) {
	t.Parallel()
	c := Config{Data: "d", Listen: ":0", PublicURL: "https://x.example/"}
	if err := c.Complete(); err != nil || c.DB != "sqlite://d/fundbook.db" || c.PublicURL != "https://x.example" {
		t.Errorf("Complete = %v, %+v", err, c)
	}
	for _, bad := range []Config{
		{Listen: ":0"},
		{Data: "d", Listen: "80"},
		{Data: "d", Listen: ":0", MetricsAddr: "8727"},
		{Data: "d", Listen: ":0", PublicURL: "x.example"},
		{Data: "d", Listen: ":0", StopGrace: -1},
	} {
		if err := bad.Complete(); !errors.Is(err, ErrSetting) {
			t.Errorf("Complete(%+v) = %v", bad, err)
		}
	}
}

func TestSettingsHideSecrets(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"postgres://u:hunter2@h/d", "postgres://u@h/d?password=hunter2"} {
		c := Config{DB: url}
		for _, s := range c.Settings() {
			if strings.Contains(s.Value, "hunter2") {
				t.Errorf("%s shows the password: %s", s.Name, s.Value)
			}
		}
		if n := len(c.Settings()); n > 20 {
			t.Errorf("%d settings, more than 20", n)
		}
	}
}
