package ledger

func acceptSources(b *eventBook) {
	b.arrive("K1", 1200)
	b.arrive("K4", 500)
	b.arrive("K5", 300)
	b.arrive("K6", 200)
	b.post(at("E01", "", "K2", 900))
	b.post(at("E01r", "unarrived", "K2", 100))
	b.post(at("E01r", "arrived", "K5", 50))
	b.post(at("E02u", "receive", "KS", 700).with(func(p *Posting) { p.Payee = "省财政厅" }))
	b.post(at("E02u", "match", "KS", 600).with(func(p *Posting) { p.Payee, p.To = "省财政厅", &Target{Lot: lotID("K2")} }))
	b.post(at("E02u", "return", "KS", 100).with(func(p *Posting) { p.Payee = "省财政厅" }))
	b.post(at("E02b", "receive", "KB", 80).with(func(p *Posting) { p.Payee = "甲公司" }))
	b.post(at("E02b", "refund", "KB", 30).with(func(p *Posting) { p.Payee = "甲公司" }))
	lend := at("E03", "lend", "K1", 200).with(toLot("K2")).with(decided)
	lend.Due = mustDay(2018, 6, 30)
	b.post(lend)
	b.post(at("E03", "repay", "K1", 200).with(toLot("K2")))
	b.day = mustDay(2019, 1, 5)
	b.post(at("E02", "", "K2", 200))
	b.post(at("E01r", "arrived", "K1", 40).with(func(p *Posting) { p.OriginYear = 2018 }))
	b.post(at("E01", "", "K2", 10))
	b.post(at("E01r", "unarrived", "K2", 10))
}

func acceptPlans(b *eventBook) {
	b.arrive("K1", 1200)
	b.arrive("K2", 500)
	b.arrive("K4", 300)
	b.post(at("E04", "", "K1", 100).with(func(p *Posting) { p.Into, p.Unit = "7103", "交通局" }))
	b.post(at("E04", "", "K1", 50).with(func(p *Posting) { p.Into, p.Unit = "7105", "外县" }))
	b.post(at("E04", "", "K1", 20).with(func(p *Posting) { p.Into = "7106" }))
	b.post(at("E04r", "", "K1", 20).with(func(p *Posting) { p.From = "7106" }))
	b.post(at("E04", "", "K1", 200).with(func(p *Posting) { p.Into, p.Unit = "7104", "T1" }))
	b.post(at("E04c", "", "K1", 150).with(township))
	b.post(at("E17", "cash_back", "K1", 50).with(township))
	b.post(at("E05", "", "K1", 700, "K2", 400, "K4", 300).with(func(p *Posting) { p.From, p.Pool = "7101", "P1" }))
	b.post(at("E05", "", "K1", 40).with(func(p *Posting) { p.From, p.Unit, p.Pool = "7103", "交通局", "P1" }))
	b.post(at("E05r", "", "K1", 40).with(func(p *Posting) { p.Into, p.Pool = "7101", "P1" }))
	b.post(Posting{Event: "E06", Project: "J1", Unit: "T1", Pool: "P1", Draw: &Draw{Mode: DrawProRata, Amount: 1000_00}})
	b.post(Posting{Event: "E06r", Project: "J1", Unit: "T1", Pool: "P1", Parts: amounts("K4", 14)}.with(decided))
	b.post(at("E07", "", "K1", 60).with(func(p *Posting) {
		p.From, p.Unit, p.Project, p.To = "7103", "交通局", "J2", &Target{Unit: "T2"}
	}))
	b.post(at("E07r", "", "K1", 10).with(decided).with(func(p *Posting) {
		p.Into, p.Unit, p.Project, p.To = "7103", "T2", "J2", &Target{Unit: "交通局"}
	}))
	b.post(on("E08", "").with(func(p *Posting) { p.Parts, p.Draw = nil, &Draw{Mode: DrawFIFO, Amount: 600_00} }))
	b.post(Posting{
		Event: "E09", Project: "J1", Contract: "H1", Payee: "甲公司", Unit: "T1",
		Parts: []Part{{Lot: lotID("K1"), Amount: -10_00}, {Lot: lotID("K2"), Amount: -5_00}, {Lot: lotID("K4"), Amount: 15_00, Note: "增补"}},
	})
}

func acceptPayments(b *eventBook) {
	b.arrive("K1", 1000)
	b.arrive("K2", 500)
	b.commit("K1", 600)
	b.commit("K2", 400)
	b.post(on("E10", "reserve").with(func(p *Posting) { p.Parts, p.Draw = nil, &Draw{Mode: DrawProRata, Amount: 300_00} }))
	b.post(on("E10v", "", "K1", 30, "K2", 20))
	b.post(on("E10", "confirm", "K1", 150, "K2", 100))
	b.post(on("E10r", "", "K1", 50))
	b.post(on("E10x", "", "K1", 20))
	claim := on("E11", "", "K1", 500, "K2", 300)
	claim.Parts[0].Offset, claim.Parts[0].Retention = 80_00, 15_00
	claim.Parts[1].Offset, claim.Parts[1].Retention = 100_00, 9_00
	b.post(claim)
	b.post(on("E12", "reserve", "K1", 405, "K2", 191))
	b.post(on("E12v", "", "K1", 5))
	b.post(on("E12", "confirm", "K1", 400, "K2", 191))
	b.post(on("E12e", "", "K2", 191))
	b.post(on("E22", "", "K2", 3))
	b.post(on("E16", "receive", "K1", 20))
}

func acceptWrongPayee(b *eventBook) {
	b.arrive("K1", 1000)
	b.paid("K1", 500)
	wrong := func(p *Posting) { p.To = &Target{Payee: "乙公司"} }
	b.post(on("E12w", "identify", "K1", 500).with(wrong))
	b.post(on("E12w", "receive", "K1", 400).with(wrong))
	b.post(at("E16w", "", "K1", 100).with(decided).with(func(p *Posting) { p.Project, p.Contract, p.Payee = "J1", "H1", "乙公司" }))
	b.commit("K1", 100)
	b.post(on("E12x", "", "K1", 100))
}

func acceptCompletion(b *eventBook) {
	b.arrive("K1", 1000)
	b.arrive("K2", 500)
	b.commit("K1", 600)
	b.commit("K2", 400)
	claim := on("E11", "", "K1", 550)
	claim.Parts[0].Retention = 30_00
	b.post(claim)
	b.post(on("E13", "partial", "K1", 200))
	b.post(on("E13", "complete", "K1", 350))
	b.post(on("E14", "reserve", "K1", 10))
	b.post(on("E14", "confirm", "K1", 10))
	b.post(on("E14d", "", "K1", 4).with(func(p *Posting) { p.To = &Target{Contract: "H9", Payee: "维修队"} }))
	b.post(on("E14g", "", "K1", 6))
}

func acceptHouseholds(b *eventBook) {
	b.arrive("K6", 1000)
	b.commit("K6", 600)
	b.post(on("E15a", "", "K6", 500))
	b.post(on("E15b", "", "K6", 500))
	b.post(on("E15c", "", "K6", 500))
	b.post(on("E15d", "", "K6", 470))
	b.post(on("E15e", "", "K6", 30))
	b.post(on("E15r", "", "K6", 20))
	b.post(on("E15f", "", "K6", 10))
	b.post(on("E21", "", "K6", 100))
	b.post(on("E15f", "", "K6", 5).with(func(p *Posting) { p.Cost = "5004" }))
}

func acceptTownHouseholds(b *eventBook) {
	b.arrive("K1", 1000)
	b.commit("K1", 600)
	b.post(at("E04c", "", "K1", 600).with(township))
	b.post(on("E15a", "", "K1", 600))
	b.post(on("E15b", "").with(func(p *Posting) {
		p.Parts, p.Draw, p.Township = nil, &Draw{Mode: DrawRestrictedFirst, Amount: 600_00}, "T1"
	}))
	b.post(on("E15c", "", "K1", 600).with(township))
	b.post(on("E15d", "", "K1", 570).with(township))
	b.post(on("E15e", "", "K1", 30).with(township))
	b.post(on("E15r", "", "K1", 70).with(township))
}

func acceptTownship(b *eventBook) {
	b.arrive("K1", 1000)
	b.commit("K1", 400)
	b.post(at("E04c", "", "K1", 400).with(township))
	b.post(on("E10", "reserve", "K1", 100).with(township))
	b.post(on("E10", "confirm", "K1", 100).with(township))
	b.post(on("E10r", "", "K1", 10).with(township))
	b.post(on("E25", "request", "K1", 290).with(township))
	b.post(on("E25", "pay", "K1", 290).with(township))
	b.post(on("E25", "offset", "K1", 90).with(township))
	b.post(on("E25x", "disallow", "K1", 20).with(township))
	approve := on("E25", "approve", "K1", 372).with(township)
	approve.Parts[0].Retention = 12_00
	b.post(approve)
	b.post(on("E25x", "paid_back", "K1", 8).with(township))
	b.post(on("E14t", "reserve", "K1", 12).with(township))
	b.post(on("E14t", "confirm", "K1", 12).with(township))
	b.post(on("E16", "identify", "K1", 5).with(func(p *Posting) { p.Cost, p.To = "1301", &Target{Payee: "村民甲"} }))
	b.post(on("E16t", "", "K1", 5).with(township).with(func(p *Posting) { p.To = &Target{Payee: "村民甲"} }))
	b.post(at("E16w", "", "K1", 12).with(decided).with(func(p *Posting) {
		p.Project, p.Contract, p.Payee, p.Township = "J1", "H1", "甲公司", "T1"
	}))
}

func acceptTownshipRecovery(b *eventBook) {
	b.arrive("K1", 1000)
	b.commit("K1", 400)
	b.post(at("E04c", "", "K1", 400).with(township))
	b.post(on("E10", "reserve", "K1", 100).with(township))
	b.post(on("E10", "confirm", "K1", 100).with(township))
	b.post(on("E10x", "", "K1", 100).with(township))
	b.post(on("E16", "receive", "K1", 60).with(township))
}

func acceptRecovery(b *eventBook) {
	b.arrive("K1", 1000)
	b.arrive("K6", 100)
	b.post(at("E05", "", "K1", 100).with(func(p *Posting) { p.From, p.Pool = "7101", "P1" }))
	b.paid("K1", 500)
	b.commit("K1", 100)
	b.post(on("E13", "partial", "K1", 300))
	b.post(on("E16", "identify", "K1", 60).with(func(p *Posting) { p.Cost = "5001" }))
	b.post(on("E16", "receive", "K1", 60))
	b.post(on("E17", "recover", "K1", 40).with(decided).with(func(p *Posting) { p.From = "7202" }))
	b.post(at("E17", "recover", "K1", 30).with(decided).with(func(p *Posting) { p.From, p.Pool = "7102", "P1" }))
	b.post(at("E18", "", "K1", 80).with(decided).with(func(p *Posting) { p.Into, p.Project, p.Unit, p.Pool = "7102", "J1", "T1", "P1" }))
	b.post(at("E18", "", "K1", 10).with(decided).with(func(p *Posting) { p.Into = "7101" }))
	take := func(from Code, who string) func(*Posting) {
		return func(p *Posting) { p.From, p.Counterparty = from, who }
	}
	b.post(at("E19", "take", "K1", 20).with(decided).with(take("7401", "county")))
	b.post(at("E19", "take", "K1", 50).with(decided).with(take("7101", "upper")))
	b.post(at("E19", "take", "K6", 40).with(decided).with(take("7101", "donor")))
	b.post(at("E19", "remit", "K1", 50).with(decided).with(func(p *Posting) { p.Counterparty = "upper" }))
	b.yearEnd(2018, "K1", "K6")
	b.day = mustDay(2019, 2, 1)
	b.post(at("E19", "take", "K1", 30).with(decided).with(take("7101", "upper")).with(func(p *Posting) { p.OriginYear = 2018 }))
}

func acceptInterest(b *eventBook) {
	b.post(at("E20", "keep", "K7", 100))
	b.post(at("E20", "keep", "K7", 88).with(township))
	b.post(at("E20", "remit_in", "K7", 12))
	b.post(at("E20", "remit_in", "K7", 3).with(township))
	b.post(at("E20", "remit_out", "K7", 12))
	b.post(at("E20f", "charge", "K7", 20).with(func(p *Posting) { p.Payee = "农商行" }))
	b.post(at("E20f", "charge", "K7", 2).with(township).with(func(p *Posting) { p.Payee = "农商行" }))
	b.post(at("E20f", "refund", "K7", 2).with(township).with(func(p *Posting) { p.Payee = "农商行" }))
	b.yearEnd(2018, "K7")
	b.day = mustDay(2019, 1, 8)
	b.post(at("E20f", "refund", "K7", 20).with(func(p *Posting) { p.Payee, p.OriginYear = "农商行", 2018 }))
	b.post(at("E20", "keep", "K7", 5))
}

func acceptCorrections(b *eventBook) {
	b.arrive("K1", 1000)
	b.paid("K1", 300)
	done := b.post(on("E13", "complete", "K1", 300))
	b.post(Posting{Event: "E23", Reverses: done, Memo: "更正"})
	b.post(on("E13", "complete", "K1", 300))
	b.post(at("E04", "", "K1", 100).with(func(p *Posting) { p.Into, p.Unit = "7103", "交通局" }))
	b.post(at("E01", "", "K2", 100))
	b.yearEnd(2018, "K1", "K2", "K4")
	b.post(at("E01", "", "K2", 5).with(func(p *Posting) { p.Date, p.Period13 = mustDay(2018, 12, 31), true }))
	b.yearEnd(2018, "K1", "K2")
}

func acceptPriorYear(b *eventBook) {
	b.arrive("K1", 2000)
	b.paid("K1", 500)
	done := b.post(on("E13", "complete", "K1", 500))
	b.commit("K1", 400)
	b.post(on("E15a", "", "K1", 60))
	b.yearEnd(2018, "K1")
	b.day = mustDay(2019, 1, 10)
	last := func(p *Posting) { p.OriginYear = 2018 }
	b.post(Posting{Event: "E23p", Step: "reverse", Reverses: done})
	b.post(on("E12e", "", "K1", 100).with(last))
	b.post(on("E15f", "", "K1", 3).with(last))
	b.post(on("E16p", "identify", "K1", 20).with(last))
	b.post(on("E16p", "receive", "K1", 20).with(last))
	b.post(on("E16", "identify", "K1", 15).with(last).with(func(p *Posting) { p.Cost = "5003" }))
	b.post(on("E16", "receive", "K1", 15).with(last))
	move := on("E23p", "move", "K1", 50)
	move.Into, move.To = "7201", &Target{Project: "J2", Contract: "H2", Payee: "丙公司"}
	other := func(p *Posting) { p.Project, p.Contract, p.Payee = "J2", "H2", "丙公司" }
	b.post(at("E07", "", "K1", 80).with(func(p *Posting) { p.From, p.Project, p.Unit = "7101", "J2", "T1" }))
	b.post(on("E08", "", "K1", 80).with(other))
	b.post(move)
	b.yearEnd(2019, "K1")
}

func acceptChanges(b *eventBook) {
	b.arrive("K3", 900)
	b.arrive("K4", 500)
	b.paid("K3", 300)
	b.commit("K3", 150)
	b.commit("K4", 200)
	swap := func(p *Posting) { p.To, p.Cost = &Target{Lot: lotID("K4")}, "1301" }
	b.post(on("E26", "executed", "K3", 60).with(decided).with(swap))
	b.post(on("E26", "unexecuted", "K3", 30).with(decided).with(toLot("K4")))
	lend := at("E03", "lend", "K4", 90).with(toLot("K3")).with(decided)
	lend.Due = mustDay(2018, 6, 30)
	b.post(lend)
	b.post(at("E04c", "", "K3", 50).with(township))
	b.post(at("E27", "", "K3", 300).with(decided).with(toLot("KP")))
	b.post(at("E27", "", "K3", 600).with(decided).with(toLot("KQ")))
	b.post(Posting{Event: "E28", Unit: "T1", To: &Target{Unit: "T2"}}.with(decided))
	b.yearEnd(2018, "KP", "KQ", "K4")
}

func acceptOpening(b *eventBook) {
	contract := func(c Code, sub string, lot string) Key {
		return Key{
			Book: County, Account: c, Sub: sub, Lot: lotID(lot), Project: "J1", Contract: "H1", Payee: "甲公司", Unit: "T1",
		}.keep()
	}
	town := contract("1303", "", "K1")
	town.Book = "T1"
	b.post(Posting{Event: "E00", Memo: "接管", Opening: []OpeningLine{
		{Key: contract("1001", "", "K1"), Amount: 500_00},
		{Key: contract("1201", "", "K1"), Amount: 300_00},
		{Key: contract("1301", "", "K1"), Amount: 200_00},
		{Key: contract("2003", "", "K1"), Amount: 10_00},
		{Key: town, Amount: 40_00},
		{Key: Key{Book: "T1", Account: "1002", Lot: lotID("K1")}, Amount: 60_00},
		{Key: contract("7202", "", "K1"), Amount: 490_00},
		{Key: contract("7203", "", "K1"), Amount: 10_00},
		{Key: contract("7301", "", "K1"), Amount: 340_00},
		{Key: Key{Book: County, Account: "7101", Lot: lotID("K1")}, Amount: 100_00, Note: "未分配"},
		{Key: contract("9101", "", "K1"), Amount: 77_00, Note: "接管前已列支"},
		{Key: Key{Book: County, Account: "1102", Sub: "B", Lot: lotID("K1"), Peer: lotID("K2")}, Amount: 20_00},
		{Key: Key{Book: County, Account: "1102", Sub: "L", Lot: lotID("K2"), Peer: lotID("K1")}, Amount: 20_00},
		{Key: Key{Book: County, Account: "7101", Lot: lotID("K2")}, Amount: 20_00},
		{Key: Key{Book: County, Account: "6201", Sub: "Y", Lot: lotID("K2")}, Amount: 20_00},
	}})
}
