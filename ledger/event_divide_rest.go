package ledger

// What follows from the flow of E27: authority sources, payables, the mirror
// accounts of townships, the other money accounts and the memo pair.

// sources divides what is executed or taken back and the authority received:
// arrived authority by I8, the rest by I2.
func (d *divider) sources() error {
	used, usedNet, _ := d.pick(func(k *Key) bool { return k.Account == "7302" || k.Account == "7403" || k.Account == "7404" })
	_, paidNet, paid := d.pick(func(k *Key) bool { return k.Account == "7301" })
	_, borrowedNet, borrowed := d.pick(func(k *Key) bool { return k.Account == "1102" && k.Sub == "B" })
	free := d.flow.edge(edgeID{authorityNode, liquidNode, edgeFree})
	// Both lots keep Σ6xxx.Y + what they borrowed ≥ 0 (guard of 6xxx, E03).
	spare, spareNet := free.share+paid, free.total+paidNet
	least, most := max(0, -spare), min(usedNet, usedNet+spareNet-spare)
	if least > most {
		return ErrDivide.With("已到位指标按分无法拆分，差 %s；请先上缴应缴款（E19 remit）", least-most)
	}
	share := min(max(d.flow.round(usedNet), least), most)
	if err := distribute(share, used); err != nil {
		return err
	}
	notCome := d.flow.edge(edgeID{authorityNode, groundNode, edgeNotCome})
	lot := d.keys[0].key.Lot
	come, comeNet, _ := d.pick(func(k *Key) bool { return k.Account[0] == '6' && arrivedSub(k.Sub) })
	rest, restNet, _ := d.pick(func(k *Key) bool { return k.Account[0] == '6' && !arrivedSub(k.Sub) })
	if want := -(spareNet + usedNet + borrowedNet); comeNet != want || restNet != -notCome.total {
		return ErrDivide.With("批次余额不合 I2、I8：已到位指标 %s（应为 %s），未到位指标 %s（应为 %s）", comeNet, want, restNet, -notCome.total)
	}
	d.spread(-(spare + share + borrowed), come, Key{Book: County, Account: "6201", Sub: "Y", Lot: lot})
	d.spread(-notCome.share, rest, Key{Book: County, Account: "6201", Sub: "N", Lot: lot})
	return nil
}

// spread gives the parts of keys that are guarded only as a sum, or not at all,
// so that they add up to total, debit positive. What the keys cannot hold goes
// to the key rest.
func (d *divider) spread(total Amount, keys []*dividedKey, rest Key) {
	var debits, credits []*dividedKey
	var debitNet, creditNet Amount
	for _, k := range keys {
		if k.net > 0 {
			debits, debitNet = append(debits, k), debitNet+k.net
		} else {
			credits, creditNet = append(credits, k), creditNet-k.net
		}
	}
	up := d.flow.round(debitNet)
	down := up - total
	if down < 0 {
		up, down = min(total, debitNet), 0
	}
	if down > creditNet {
		down = creditNet
		up = min(max(total+down, 0), debitNet)
	}
	_ = distribute(up, debits) // weights are above zero
	_ = distribute(down, credits)
	left := total - (up - down)
	if left == 0 {
		return
	}
	for _, k := range d.keys {
		if k.key == rest {
			k.part += left
			return
		}
	}
	d.keys = append(d.keys, &dividedKey{key: rest, part: left})
}

// payables follow what they are owed for (I7): per contract where the contract
// agrees by itself, else per project.
func (d *divider) payables() error {
	each := func(do func(id contractID, k *dividedKey, due bool)) {
		for _, k := range d.keys {
			switch c := k.key.Account; {
			case c == "7203", c == "1203", c == "7204" && k.key.Sub == "P":
				do(contractOf(&k.key), k, true)
			case c == "2001" || c == "2002" || c == "2003":
				do(contractOf(&k.key), k, false)
			}
		}
	}
	diff := map[contractID]Amount{}
	each(func(id contractID, k *dividedKey, _ bool) { diff[id] += k.net })
	shares, owed := map[contractID]Amount{}, map[contractID][]*dividedKey{}
	var order []contractID
	seen := map[contractID]bool{}
	each(func(id contractID, k *dividedKey, due bool) {
		if diff[id] != 0 {
			id = contractID{project: id.project}
		}
		if due {
			shares[id] += k.part
		} else {
			owed[id] = append(owed[id], k)
		}
		if !seen[id] {
			seen[id] = true
			order = append(order, id)
		}
	})
	for _, id := range order {
		if err := distribute(shares[id], owed[id]); err != nil {
			return err
		}
	}
	return nil
}

// townships divides what each township holds as receivables and lets the mirror
// accounts 2102 and 1101 follow (R1, I4).
func (d *divider) townships() error {
	for _, k := range d.keys {
		if k.key.Account != "2102" {
			continue
		}
		book := k.key.Book
		claims, net, _ := d.pick(func(k *Key) bool { return k.Book == book && k.Account == "1211" })
		if err := distribute(d.flow.round(net), claims); err != nil {
			return err
		}
		_, _, assets := d.pick(func(k *Key) bool { return k.Book == book && k.Account != "2102" })
		k.part = -assets
		for _, m := range d.keys {
			if m.key.Account == "1101" && m.key.Unit == string(book) {
				m.part = assets
			}
		}
	}
	return nil
}

// money divides the county accounts that only R1 ties, and balances with those
// that no guard watches: fund balance, revenue and expenditure.
func (d *divider) money() error {
	for _, c := range []Code{"1211", "1301", "2005"} {
		keys, net, _ := d.pick(func(k *Key) bool { return k.Book == County && k.Account == c })
		if err := distribute(abs(d.flow.round(net)), keys); err != nil {
			return err
		}
	}
	free := func(k *Key) bool { return k.Account[0] >= '3' && k.Account[0] <= '5' }
	_, _, tied := d.pick(func(k *Key) bool { return k.Book == County && k.Account[0] < '3' })
	keys, _, _ := d.pick(free)
	d.spread(-tied, keys, Key{Book: County, Account: "3001", Lot: d.keys[0].key.Lot})
	return nil
}

// memo divides 9101 and lets 9102 follow, purpose by purpose.
func (d *divider) memo() error {
	left, net, _ := d.pick(func(k *Key) bool { return k.Account == "9101" })
	d.spread(d.flow.round(net), left, Key{Book: County, Account: "9101", Lot: d.keys[0].key.Lot})
	parts := map[Key]Amount{}
	for _, k := range left {
		twin := k.key
		twin.Account = "9102"
		parts[twin] = k.part
	}
	right, _, _ := d.pick(func(k *Key) bool { return k.Account == "9102" })
	for _, k := range right {
		k.part = -parts[k.key]
		delete(parts, k.key)
	}
	if len(parts) == 0 {
		return nil
	}
	_, _, total := d.pick(func(k *Key) bool { return k.Account == "9101" })
	d.spread(-total, right, Key{Book: County, Account: "9102", Lot: d.keys[0].key.Lot})
	return nil
}
