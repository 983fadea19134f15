// Package projects is the county's two-tier project library (县乡两级项目库) and what
// is planned, contracted and achieved with it: projects from a village's request
// to the hand-over of assets, yearly integration plans, contracts, household
// rosters, loans under interest subsidy, and performance.
//
// Everything here is a dossier (package internal/dossier): facts in the log, state
// folded from them. Money is not kept here. Plans, contracts and rosters post
// through the ledger (events E05–E09 …), which holds every balance; a figure shown
// beside a target is always read from there.
//
//	kind         code                       what it is
//	project      division-year-cat-seq-K    项目库的一个项目, with its place in the life cycle
//	funding      the project's              来源构成: which lots its plan draws on, and how far
//	plan         given by the county        年度计划、整合方案、调整方案
//	catalog      year/tier                  整合目录: which items may be pooled
//	yearinput    year                       县级年度数据: revenue, need, donations, each with its document
//	contract     given by the county        合同, with its funding table and its split over projects
//	roster       given by the county        到户名册; persons are rows beside it, sealed
//	loan         given by the county        扶贫小额信贷
//	performance  the project's              绩效目标、监控、自评
//	asset        given by the county        扶贫（衔接）资产
//
// Rules are pure functions of state and command (DESIGN 5). The one table of the
// life cycle (lifecycle_table.go) says for each state and event what follows, who may
// do it, which gates must hold and which clause asks for them.
package projects
