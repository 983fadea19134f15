package ledger

// A guard is a sum over keys that must not pass below zero on any effective
// day (law 2, DOMAIN 4.5). Most guards watch a single key; three watch a sum.

// GuardKind says what a guard sums.
type GuardKind uint8

// The guards.
const (
	GuardKey        GuardKind = iota // one key keeps its sign
	GuardNotArrived                  // Σ6xxx.N of the lot stays on the credit side
	GuardArrived                     // Σ6xxx.Y of the lot stays on the credit side, but for money borrowed from another lot (E03)
	GuardTownship                    // I10: cash in a township book within the township's authority
)

// GuardID names one guard. Only the fields its kind needs are set, so it can
// be the key of a map.
type GuardID struct {
	Kind GuardKind
	Lot  LotID // GuardNotArrived, GuardArrived, GuardTownship
	Unit string
	Key  Key // GuardKey
}

// lot is the lot that the guard speaks of.
func (g *GuardID) lot() LotID {
	if g.Kind == GuardKey {
		return g.Key.Lot
	}
	return g.Lot
}

// Term is the part that a key plays in a guard: the guard's sum moves by
// Sign × net when the key moves by net.
type Term struct {
	Guard GuardID
	Sign  int64
}

// appendTerms adds the guards that key k takes part in. Interest that a
// township earns (class LX) is its own money, so I10 does not watch it.
func appendTerms(terms []Term, k *Key, class Class) []Term {
	a := chartIndex[k.Account]
	switch {
	case a.Guard != 0:
		terms = append(terms, Term{GuardID{Kind: GuardKey, Key: *k}, int64(a.Guard)})
	case k.Account == "1102" && k.Sub == "L":
		terms = append(terms, Term{GuardID{Kind: GuardKey, Key: *k}, 1})
	case k.Account == "1102":
		terms = append(terms,
			Term{GuardID{Kind: GuardKey, Key: *k}, -1},
			Term{GuardID{Kind: GuardArrived, Lot: k.Lot}, -1})
	case k.Account[0] == '6' && arrivedSub(k.Sub):
		terms = append(terms, Term{GuardID{Kind: GuardArrived, Lot: k.Lot}, -1})
	case k.Account[0] == '6':
		terms = append(terms, Term{GuardID{Kind: GuardNotArrived, Lot: k.Lot}, -1})
	}
	if sign := townshipSign(k); sign != 0 && class != ClassLX {
		unit := k.Unit
		if k.Account == "1211" {
			unit = string(k.Book)
		}
		terms = append(terms, Term{GuardID{Kind: GuardTownship, Lot: k.Lot, Unit: unit}, sign})
	}
	return terms
}

// townshipSign is the sign with which a key enters I10. Departments are units
// too; their sums exist but no cash account draws on them.
func townshipSign(k *Key) int64 {
	switch k.Account {
	case "1101":
		return -1
	case "7104", "7201", "7202", "7203", "7204", "7301", "7401":
		if k.Unit != "" {
			return 1
		}
	case "1211":
		if k.Book.IsTownship() {
			return 1
		}
	}
	return 0
}

// keySign is the sign under which the movements of a key are kept: that of its
// own guard, or debit.
func keySign(k *Key) int64 {
	switch {
	case chartIndex[k.Account].Guard != 0:
		return int64(chartIndex[k.Account].Guard)
	case k.Account == "1102" && k.Sub != "L":
		return -1
	}
	return 1
}

// sumFault refuses a balance beyond MaxSum.
func sumFault(k *Key, lot string) error {
	return ErrAmountOverflow.With("%s 批次 %s：余额将超过上限 %s；请核对金额单位", k, lot, MaxSum)
}

// guardFault explains a guard that would be broken: the account, the lot by its
// code, the day, the shortfall and what to do.
func guardFault(g GuardID, lowest Amount, when Date, lot string) error {
	short := (-lowest).Grouped()
	switch g.Kind {
	case GuardNotArrived:
		return ErrOverdraw.With("批次 %s 未到位指标在 %s 差 %s 元；请先登记下达指标（E01）", lot, when, short)
	case GuardArrived:
		return ErrOverdraw.With("批次 %s 已到位指标在 %s 差 %s 元；只能在垫付（E03）额度内为负", lot, when, short)
	case GuardTownship:
		return ErrNoAuthority.With("批次 %s 单位 %s 在 %s 超出 %s 元；请先分解下达（E04）或收回资金（E17）", lot, g.Unit, when, short)
	default:
		return ErrOverdraw.With("%s 批次 %s 在 %s 差 %s 元；请减少金额或先补足来源", g.Key, lot, when, short)
	}
}
