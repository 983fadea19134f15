package ledger

// division is the rule of E27 (批次拆分): every balance of the merged lot moves pro
// rata to the new lot, which is one part of it by a later document. The share of
// every balance is cut or raised by less than a fen in such a way that both lots
// satisfy R1, I2, I4, I6–I10 and every guard (event_flow.go). Revenue and
// authority of the year take the new lot's own accounts; the other side of cash
// lent or borrowed (1102) is re-addressed.
func (p *Posting) division(s *EventStep, f *Facts) ([]Entry, error) {
	if err := s.checkLots(p, p.Parts, f); err != nil {
		return nil, err
	}
	part := &p.Parts[0]
	from, into := f.Lots[part.Lot], f.Lots[p.To.Lot]
	if into.Class == ClassLX && from.Class != ClassLX {
		return nil, ErrLotClass.With("%s：批次 %s 是存款利息，不能由批次 %s 拆出", p.label(), into.Code, from.Code)
	}
	var balances []Balance
	for _, b := range f.Balances {
		if b.Key.Lot == part.Lot && b.Net != 0 {
			balances = append(balances, b)
		}
	}
	sortBalances(balances)
	base, err := p.divisionBase(&from, balances)
	if err != nil {
		return nil, err
	}
	d := newDivider(balances, from.Class, newFlow(uint64(part.Amount), uint64(base)))
	if err := d.divide(); err != nil {
		return nil, err
	}
	e, err := NewEntry(p.head(), d.lines(&into.Lot))
	if err != nil {
		return nil, err
	}
	if err := CheckUnit([]Entry{e}); err != nil {
		return nil, err
	}
	return []Entry{e}, nil
}

// divisionBase returns the whole of which the part is a share, and refuses a
// lot that cannot be divided now.
func (p *Posting) divisionBase(from *LotFacts, balances []Balance) (Amount, error) {
	year, sources, open := p.Date.Year(), Amount(0), false
	for i := range balances {
		k := &balances[i].Key
		if k.Account[0] == '6' {
			sources -= balances[i].Net
			open = open || k.Account < "6200"
		}
		if k.Account == "1102" && k.Peer == p.To.Lot {
			return 0, ErrDivide.With("批次 %s 与新批次之间有垫付 %s；请先归还（E03 repay）", from.Code, balances[i].Net)
		}
	}
	base := p.Base
	switch {
	case len(balances) == 0:
		return 0, ErrDivide.With("批次 %s 在 %s 没有余额", from.Code, p.Date)
	case from.IssueYear != 0 && year > from.IssueYear && open:
		return 0, ErrDivide.With("批次 %s 的 %d 年指标尚未结转；请先办年终结转（E24）", from.Code, from.IssueYear)
	case base == 0 && from.IssueYear == year:
		base = sources
	case base == 0:
		return 0, ErrDivide.With("批次 %s 于 %d 年下达，跨年拆分须填拆分基数(base)：原批次现有的文件金额", from.Code, from.IssueYear).At("base", "missing", "")
	}
	if amount := p.Parts[0].Amount; amount > base {
		return 0, ErrDivide.With("批次 %s：划出 %s，超过基数 %s，差 %s", from.Code, amount, base, amount-base)
	}
	return base, nil
}

// dividedKey is one balance of the lot with the part of it that moves, both
// debit positive.
type dividedKey struct {
	key       Key
	net, part Amount
}

// contractID is what claims and payments are kept by.
type contractID struct{ project, contract, payee string }

func contractOf(k *Key) contractID { return contractID{k.Project, k.Contract, k.Payee} }

// The two equations that every divided lot has, as nodes of the flow.
const (
	groundNode    = 0
	authorityNode = 1 // G + 1102.B = 6xxx.N + arrived and free (from I2 and I8)
	liquidNode    = 2 // arrived and free + 2004 + 2006 + 2201 = 1001 + 1002 + 1102.L
)

// The kinds of edges.
const (
	edgeAuthority = 'G' // 7101–7204, 7401
	edgePaid      = 'P' // 7301
	edgeOutside   = 'O' // 1201, 1203, 1303
	edgeCash      = 'C' // 1001, 1002, 1102.L
	edgeBorrowed  = 'B' // 1102.B
	edgeOwed      = 'D' // 2004, 2006, 2201
	edgeFree      = 'W' // arrived and free
	edgeNotCome   = 'N' // 6xxx.N
	edgeTown      = 'T' // cash, advances, transit and pending claims of a township
	edgeSpare     = 'S' // what I10 leaves to a township
)

// divider finds the part of every balance.
type divider struct {
	flow      flow
	keys      []*dividedKey
	towns     map[string][2]int  // by unit: the nodes of the township's authority and of its money
	order     []string           // of towns, so that the result never depends on chance
	contracts map[contractID]int // 7301 = 1201 + 1203 + 1303 per contract
	loose     int                // contracts for which that does not hold
}

func newDivider(balances []Balance, class Class, f flow) *divider {
	d := &divider{flow: f, towns: map[string][2]int{}, contracts: map[contractID]int{}}
	d.flow.node()
	d.flow.node()
	d.loose = d.flow.node()
	diff := map[contractID]Amount{}
	for _, b := range balances {
		k := &dividedKey{key: b.Key, net: b.Net}
		d.keys = append(d.keys, k)
		switch k.key.Account {
		case "7301":
			diff[contractOf(&k.key)] -= k.net
		case "1201", "1203", "1303":
			diff[contractOf(&k.key)] += k.net
		}
	}
	for _, k := range d.keys {
		if k.key.Book.IsTownship() && class != ClassLX {
			if _, ok := d.towns[string(k.key.Book)]; !ok {
				d.towns[string(k.key.Book)] = [2]int{d.flow.node(), d.flow.node()}
				d.order = append(d.order, string(k.key.Book))
			}
		}
		id := contractOf(&k.key)
		if _, ok := d.contracts[id]; !ok && diff[id] == 0 {
			d.contracts[id] = d.flow.node()
		}
	}
	return d
}

// divide runs the flow over what the equations tie together, then lets the rest
// follow.
func (d *divider) divide() error {
	for _, k := range d.keys {
		if err := d.place(k); err != nil {
			return err
		}
	}
	if err := d.close(); err != nil {
		return err
	}
	d.flow.settle()
	for i := range d.flow.edges {
		e := &d.flow.edges[i]
		if err := distribute(e.share, e.leaves); err != nil {
			return err
		}
	}
	for _, follow := range []func() error{d.sources, d.payables, d.townships, d.money, d.memo} {
		if err := follow(); err != nil {
			return err
		}
	}
	return nil
}

// place puts a key on its edge. Keys that no equation ties follow later.
func (d *divider) place(k *dividedKey) error {
	unit, money := groundNode, groundNode
	if t, ok := d.towns[k.key.Unit]; ok {
		unit = t[0]
	}
	if t, ok := d.towns[string(k.key.Book)]; ok {
		money = t[1]
	}
	contract, ok := d.contracts[contractOf(&k.key)]
	if !ok {
		contract = d.loose
	}
	var id edgeID
	switch c := k.key.Account; {
	case c == "7301":
		id = edgeID{unit, contract, edgePaid}
	case c[0] == '7' && c != "7302" && c != "7403" && c != "7404":
		id = edgeID{unit, authorityNode, edgeAuthority}
	case c == "1201" || c == "1203" || c == "1303":
		id = edgeID{contract, money, edgeOutside}
	case c == "1001" || c == "1002" || c == "1102" && k.key.Sub == "L":
		id = edgeID{liquidNode, money, edgeCash}
	case c == "1102":
		id = edgeID{groundNode, authorityNode, edgeBorrowed}
	case c == "2004" || c == "2006" || c == "2201":
		id = edgeID{groundNode, liquidNode, edgeOwed}
	default:
		return nil
	}
	return d.flow.add(id, abs(k.net), k)
}

func abs(a Amount) Amount { return max(a, -a) }

// close adds the edges that are sums of others, so that every node balances:
// what is arrived and free, what has not arrived, and the two sides of I10.
func (d *divider) close() error {
	in := make([]Amount, d.flow.nodes) // in − out
	for i := range d.flow.edges {
		e := &d.flow.edges[i]
		in[e.to] += e.total
		in[e.from] -= e.total
	}
	free := -in[liquidNode]
	add := func(from, to int, kind byte, amount Amount) error {
		return d.flow.add(edgeID{from, to, kind}, amount, nil)
	}
	if err := add(authorityNode, liquidNode, edgeFree, free); err != nil {
		return err
	}
	if err := add(authorityNode, groundNode, edgeNotCome, in[authorityNode]-free); err != nil {
		return err
	}
	for _, name := range d.order {
		t := d.towns[name]
		cash := in[t[1]]
		if err := add(t[1], t[0], edgeTown, cash); err != nil {
			return err
		}
		spare := -in[t[0]] - cash
		if spare < 0 {
			return ErrDivide.With("单位 %s 的资金超出其指标 %s（I10）", name, -spare)
		}
		if err := add(groundNode, t[0], edgeSpare, spare); err != nil {
			return err
		}
	}
	return nil
}

// distribute gives each leaf its part of a share, by size, with the largest
// remainder.
func distribute(share Amount, leaves []*dividedKey) error {
	if share == 0 || len(leaves) == 0 {
		return nil
	}
	weights := make([]Amount, len(leaves))
	for i, k := range leaves {
		weights[i] = abs(k.net)
	}
	parts, err := Split(share, weights)
	if err != nil {
		return err
	}
	for i, k := range leaves {
		if k.part = parts[i]; k.net < 0 {
			k.part = -k.part
		}
	}
	return nil
}

// pick returns the keys of one set, and the sums of their nets and parts.
func (d *divider) pick(match func(*Key) bool) (keys []*dividedKey, net, part Amount) {
	for _, k := range d.keys {
		if match(&k.key) {
			keys, net, part = append(keys, k), net+k.net, part+k.part
		}
	}
	return keys, net, part
}

// lines moves every part: off the old lot, onto the new one.
func (d *divider) lines(into *Lot) []Line {
	var lines []Line
	for _, k := range d.keys {
		lines = appendNet(lines, k.key, -k.part)
	}
	for _, k := range d.keys {
		moved := k.key
		moved.Lot = into.ID
		switch {
		case k.key.Account[0] == '4':
			moved.Account, moved.Sub = into.Revenue()
		case k.key.Account[0] == '6' && k.key.Account < "6200":
			moved.Account, moved.Sub = into.Source(arrivedSub(k.key.Sub))
		}
		lines = appendNet(lines, moved, k.part)
	}
	for _, k := range d.keys {
		if k.key.Account != "1102" {
			continue
		}
		other := Key{Book: k.key.Book, Account: "1102", Sub: "L", Lot: k.key.Peer, Peer: k.key.Lot}
		if k.key.Sub == "L" {
			other.Sub = "B"
		}
		lines = appendNet(lines, other, k.part)
		other.Peer = into.ID
		lines = appendNet(lines, other, -k.part)
	}
	return lines
}
