package projects

import "fundbook/internal/dossier"

// The facts of a project's performance.
type (
	// Monitored (监控) is a quarter that was monitored.
	Monitored struct {
		Project string  `json:"project"`
		Town    string  `json:"town,omitempty"`
		Unit    string  `json:"unit"`
		Monitor Monitor `json:"monitor"`
	}
	// Evaluated (自评) is a year that was evaluated; Threshold is below which score it
	// fails, in hundredths of a point.
	Evaluated struct {
		Project    string     `json:"project"`
		Town       string     `json:"town,omitempty"`
		Unit       string     `json:"unit"`
		Evaluation Evaluation `json:"evaluation"`
		Threshold  int        `json:"threshold_centi"`
	}
	// Reviewed (抽查) is an evaluation that a spot check looked into.
	Reviewed struct {
		Year      int    `json:"year"`
		Review    Review `json:"review"`
		Threshold int    `json:"threshold_centi"`
	}
)

var (
	performanceFile      = dossier.NewKind("performance", (*Performance).index)
	performanceMonitored = dossier.On(performanceFile, "performance.monitored", func(p *Performance, f *Monitored, _ dossier.Stamp) {
		p.Project, p.Town, p.Unit = f.Project, f.Town, f.Unit
		p.Monitors = append(p.Monitors, f.Monitor)
	})
	performanceEvaluated = dossier.On(performanceFile, "performance.evaluated", func(p *Performance, f *Evaluated, _ dossier.Stamp) {
		p.Project, p.Town, p.Unit = f.Project, f.Town, f.Unit
		p.Evaluations = append(p.Evaluations, f.Evaluation)
		p.grade(f.Threshold)
	})
	performanceReviewed = dossier.On(performanceFile, "performance.reviewed", func(p *Performance, f *Reviewed, _ dossier.Stamp) {
		if e, ok := p.evaluation(f.Year); ok {
			e.Review = f.Review
		}
		p.grade(f.Threshold)
	})
)

// Spotcheck (绩效抽查) is a sample of the self-evaluations of a year. Its seed is the
// digest of county, year and document, so that nobody chooses it and anybody can
// draw the sample again.
type Spotcheck struct {
	Year       int      `json:"year"`
	Document   string   `json:"document"`
	RateBP     int      `json:"rate_bp"`
	Population int      `json:"population"`
	Sample     []string `json:"sample"` // codes of projects
}

var (
	spotcheckFile = dossier.NewKind("spotcheck", func(s *Spotcheck) dossier.Index {
		return dossier.Index{Status: "DRAWN", Title: s.Document, Year: s.Year}
	})
	spotcheckDrawn = dossier.On(spotcheckFile, "performance.spotcheck_drawn", func(s *Spotcheck, f *Spotcheck, _ dossier.Stamp) { *s = *f })
)
