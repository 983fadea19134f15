// Package samplecounty builds the demo county (样例县): Anyuan with its real
// townships and villages, and a year of funds that nobody was given. Everything in
// it but the divisions is made up and says so: documents are numbered 样例…, firms
// are called 样例…, people 样例户… with numbers of 1900 that nobody has.
//
// The year is built by the product's own commands only (app.RunAll over app.Run's
// operations), never by rows: lots of all four tiers and four other sources,
// integration through a pool, some 140 projects over every category, contracts, claims
// in both modes, household rosters paid by card, what goes wrong and is put right,
// a closed year, and evaluations after it.
//
// It is the same every time. A step stands under its day; steps run day by day,
// within a day in the order in which they were registered, and the commands of a
// day reach the county's writer in that order, many to a commit. The clock is the
// day's noon; amounts come from a seeded generator. What differs between two
// builds is what must: identifiers, salts, the signing key, and the seals of
// bodies under the store's secret.
package samplecounty
