package rig

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"time"
)

// PgbenchDB is the database that pgbench uses.
const PgbenchDB = "pgbench"

// Pgbench is what one run of pgbench's built-in TPC-B measured.
type Pgbench struct {
	TPS          float64 `json:"tps"`
	LatencyMS    float64 `json:"latency_ms"`
	Transactions int     `json:"transactions"`
	Failed       int     `json:"failed"`
}

// InitPgbench fills the tables of pgbench.
func (p *Postgres) InitPgbench(ctx context.Context, scale int) error {
	if err := p.cluster.Exec(ctx, superuser, "CREATE DATABASE "+PgbenchDB+" TEMPLATE template0"); err != nil {
		return err
	}
	out, err := p.cluster.Command(ctx, "pgbench", "-i", "-q", "-s", strconv.Itoa(scale), p.URL(PgbenchDB)).CombinedOutput()
	if err != nil {
		return fmt.Errorf("pgbench -i: %w\n%s", err, out)
	}
	return nil
}

// RunPgbench runs TPC-B with as many clients, on two threads at most.
func (p *Postgres) RunPgbench(ctx context.Context, clients int, length time.Duration) (Pgbench, error) {
	seconds := max(1, int(length.Seconds()+0.5))
	out, err := p.cluster.Command(ctx, "pgbench", "-n", "-c", strconv.Itoa(clients),
		"-j", strconv.Itoa(min(2, clients)), "-T", strconv.Itoa(seconds), p.URL(PgbenchDB)).CombinedOutput()
	if err != nil {
		return Pgbench{}, fmt.Errorf("pgbench: %w\n%s", err, out)
	}
	return ParsePgbench(string(out))
}

var (
	pgbenchTPS     = regexp.MustCompile(`(?m)^tps = ([0-9.]+) \(without initial connection time\)`)
	pgbenchLatency = regexp.MustCompile(`(?m)^latency average = ([0-9.]+) ms`)
	pgbenchDone    = regexp.MustCompile(`(?m)^number of transactions actually processed: ([0-9]+)`)
	pgbenchFailed  = regexp.MustCompile(`(?m)^number of failed transactions: ([0-9]+)`)
)

// ParsePgbench reads what pgbench printed.
func ParsePgbench(out string) (Pgbench, error) {
	var r Pgbench
	var err error
	number := func(re *regexp.Regexp) float64 {
		m := re.FindStringSubmatch(out)
		if m == nil {
			if err == nil {
				err = fmt.Errorf("pgbench printed nothing like %s:\n%s", re, out)
			}
			return 0
		}
		v, errParse := strconv.ParseFloat(m[1], 64)
		if err == nil {
			err = errParse
		}
		return v
	}
	r.TPS, r.LatencyMS, r.Transactions = number(pgbenchTPS), number(pgbenchLatency), int(number(pgbenchDone))
	if pgbenchFailed.MatchString(out) { // since version 15
		r.Failed = int(number(pgbenchFailed))
	}
	return r, err
}
