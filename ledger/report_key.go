package ledger

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"fundbook/internal/fault"
)

// KeyQuery (账户条件) selects accounts: those that agree with every field that is
// set. Account may be the first digits of a code (72 is all of 72xx). ID is the
// number of one account and stands alone. Exact selects the one account that has
// the dimensions given and no others.
//
// Its printed form (String, ParseKeyQuery) is what `--account` takes:
//
//	id:12                                      the account numbered 12
//	1001                                       1001 in every book and lot
//	C:7202:K1,project=J1,contract=H1           book, account and lot, then dimensions
//	C:7204.P:K1,project=J1,…,unit=T1,only      exactly this account
//
// The parts before the first comma are [book:]account[.sub][:lot]; empty ones
// select everything. In values, %XX stands for one byte of UTF-8.
type KeyQuery struct {
	ID       int32  `json:"id,omitempty"`
	Book     string `json:"book,omitempty"`
	Group    string `json:"group,omitempty"` // F, B or M
	Account  string `json:"account,omitempty"`
	Sub      string `json:"sub,omitempty"`
	Lot      string `json:"lot,omitempty"` // code or identifier
	Project  string `json:"project,omitempty"`
	Contract string `json:"contract,omitempty"`
	Payee    string `json:"payee,omitempty"`
	Unit     string `json:"unit,omitempty"`
	Pool     string `json:"pool,omitempty"`
	Peer     string `json:"peer,omitempty"` // code or identifier of the other lot
	Exact    bool   `json:"only,omitempty"`
}

// keyField is one dimension by which accounts are selected and totalled.
type keyField struct {
	name, zh, column string
	of               func(*KeyQuery) *string
}

var keyFields = []keyField{
	{"book", "账套", "book", func(q *KeyQuery) *string { return &q.Book }},
	{"group", "账组", "grp", func(q *KeyQuery) *string { return &q.Group }},
	{"account", "科目", "account", func(q *KeyQuery) *string { return &q.Account }},
	{"sub", "明细", "sub", func(q *KeyQuery) *string { return &q.Sub }},
	{"lot", "批次", "lot", func(q *KeyQuery) *string { return &q.Lot }},
	{"project", "项目", "project", func(q *KeyQuery) *string { return &q.Project }},
	{"contract", "合同/名册", "contract", func(q *KeyQuery) *string { return &q.Contract }},
	{"payee", "收款方", "payee", func(q *KeyQuery) *string { return &q.Payee }},
	{"unit", "单位", "unit", func(q *KeyQuery) *string { return &q.Unit }},
	{"pool", "资金池", "pool", func(q *KeyQuery) *string { return &q.Pool }},
	{"peer", "对方批次", "peer", func(q *KeyQuery) *string { return &q.Peer }},
}

func fieldNamed(name string) *keyField {
	i := slices.IndexFunc(keyFields, func(f keyField) bool { return f.name == name })
	if i < 0 {
		return nil
	}
	return &keyFields[i]
}

func keyFieldNames() string {
	out := make([]string, len(keyFields))
	for i := range keyFields {
		out[i] = keyFields[i].name
	}
	return strings.Join(out, "、")
}

// KeyQueryOf returns the query for exactly one account. A lot's code may stand
// for its identifier.
func KeyQueryOf(k Key, lot, peer string) KeyQuery {
	return KeyQuery{
		Book: string(k.Book), Account: string(k.Account), Sub: k.Sub, Lot: lot, Project: k.Project, Contract: k.Contract,
		Payee: k.Payee, Unit: k.Unit, Pool: k.Pool, Peer: peer, Exact: true,
	}
}

// check refuses a query that no account could ever answer: a group or account
// that the chart does not have, a number beside conditions, "only" without the
// parts that every account has.
func (q *KeyQuery) check() error {
	rest := *q
	rest.ID = 0
	switch {
	case q.ID < 0:
		return ErrFilterValue.With("账户编号 %d", q.ID)
	case q.ID != 0 && rest != (KeyQuery{}):
		return ErrFilterValue.With("账户编号 %d 已指明一个账户，不能再加条件", q.ID)
	case q.unreadable() != "":
		return ErrFilterValue.With("%s 含无效字符", q.unreadable())
	case q.Group != "" && q.Group != "F" && q.Group != "B" && q.Group != "M":
		return ErrFilterValue.With("账组 %q 不是 F、B、M", q.Group).At("group", "unknown group", q.Group)
	case q.Account != "" && !knownBranch(q.Account):
		return ErrAccount.With("%q", q.Account).At("account", "unknown account", q.Account)
	case q.Exact && (q.Book == "" || q.Lot == "" || len(q.Account) != 4):
		return ErrFilterValue.With("only 须写明账套、四位科目和批次")
	case q.Sub != "" && len(q.Account) == 4 && !containsSub(chartIndex[Code(q.Account)].Subs, q.Sub):
		return ErrFilterValue.With("明细 %q 不在科目 %s 之内", q.Sub, q.Account).At("sub", "unknown sub-account", q.Sub)
	}
	return nil
}

// unreadable names a field whose value no stored text can equal, because it is
// not UTF-8 or holds a zero byte.
func (q *KeyQuery) unreadable() string {
	for i := range keyFields {
		if v := *keyFields[i].of(q); !utf8.ValidString(v) || strings.IndexByte(v, 0) >= 0 {
			return keyFields[i].name
		}
	}
	return ""
}

// String prints the query so that ParseKeyQuery reads it back; "" when nothing
// is selected.
func (q KeyQuery) String() string {
	if q.ID != 0 {
		return "id:" + strconv.Itoa(int(q.ID))
	}
	if q == (KeyQuery{}) {
		return ""
	}
	var b strings.Builder
	b.WriteString(q.place())
	for i := range keyFields {
		f := &keyFields[i]
		if v := *f.of(&q); v != "" && f.name != "book" && f.name != "account" && f.name != "sub" && f.name != "lot" {
			b.WriteString("," + f.name + "=" + escapeKey(v))
		}
	}
	if q.Exact {
		b.WriteString(",only")
	}
	return b.String()
}

// place prints book, account and lot, the shortest that parsePlace reads back.
func (q *KeyQuery) place() string {
	book, account, lot := escapeKey(q.Book), escapeKey(q.Account), escapeKey(q.Lot)
	whole := account != ""
	if q.Sub != "" {
		account += "." + escapeKey(q.Sub)
	}
	switch {
	case whole && book == "" && lot == "":
		return account
	case whole && book == "":
		return account + ":" + lot
	case whole && lot == "" && !isBranch(book):
		return book + ":" + account
	}
	return book + ":" + account + ":" + lot
}

// maxKeyText bounds what ParseKeyQuery looks at: every dimension at its longest,
// each byte escaped.
const maxKeyText = 4096

// ParseKeyQuery reads the printed form of a query or of an account. It refuses
// unknown and doubled names, broken escapes, and what the chart does not have.
func ParseKeyQuery(text string) (KeyQuery, error) {
	bad := func(why fault.Text) (KeyQuery, error) {
		return KeyQuery{}, ErrAccountText.With("%s：%s", quoteInput(text), why)
	}
	if text == "" || len(text) > maxKeyText {
		return bad(fault.Say("须为 1 至 4096 字节"))
	}
	if number, ok := strings.CutPrefix(text, "id:"); ok {
		id, err := parseKeyNumber(number)
		return KeyQuery{ID: id}, err
	}
	fields := strings.Split(text, ",")
	var q KeyQuery
	if why := q.parsePlace(fields[0]); why != "" {
		return bad(fault.Say("%s", why))
	}
	for i, field := range fields[1:] {
		if field == "only" && i == len(fields)-2 {
			q.Exact = true
			continue
		}
		name, value, ok := strings.Cut(field, "=")
		f := fieldNamed(name)
		if !ok || f == nil {
			return bad(fault.Say("没有 %q 这一项，可用：%s", name, keyFieldNames()))
		}
		v, ok := unescapeKey(value)
		if !ok || v == "" || *f.of(&q) != "" {
			return bad(fault.Say("%s 为空、重复或转义有误", name))
		}
		*f.of(&q) = v
	}
	return q, q.check()
}

// parsePlace reads [book:]account[.sub][:lot] and says why it cannot.
func (q *KeyQuery) parsePlace(text string) string {
	part := strings.Split(text, ":")
	book, account, lot := "", part[0], ""
	switch {
	case len(part) == 3:
		book, account, lot = part[0], part[1], part[2]
	case len(part) == 2 && isBranch(part[0]):
		account, lot = part[0], part[1]
	case len(part) == 2:
		book, account = part[0], part[1]
	case len(part) > 3:
		return "账套、科目、批次以外的冒号须写作 %3A"
	}
	account, sub, dotted := strings.Cut(account, ".")
	if dotted && sub == "" {
		return "明细为空"
	}
	for _, p := range []struct {
		dst  *string
		text string
	}{{&q.Book, book}, {&q.Account, account}, {&q.Sub, sub}, {&q.Lot, lot}} {
		v, ok := unescapeKey(p.text)
		if !ok {
			return "转义有误"
		}
		*p.dst = v
	}
	return ""
}

// isBranch reports whether a part can only be an account: in 1001:K1 the book is
// left out. A book named like an account is told apart by writing all parts.
func isBranch(part string) bool {
	code, _, _ := strings.Cut(part, ".")
	return code != "" && knownBranch(code)
}

func parseKeyNumber(s string) (int32, error) {
	n, err := strconv.ParseInt(s, 10, 32)
	if err != nil || n < 1 || s[0] < '1' || s[0] > '9' {
		return 0, ErrAccountText.With("账户编号 %s", quoteInput(s))
	}
	return int32(n), nil
}

// escapeKey writes what would end a part as %XX.
func escapeKey(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c == 0x7F || strings.IndexByte(`%:,='"`, c) >= 0 {
			b.WriteByte('%')
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
			continue
		}
		b.WriteByte(s[i])
	}
	if b.String() == "id" { // a book, or it would read as the number of an account
		return "%69d"
	}
	return b.String()
}

func unescapeKey(s string) (string, bool) {
	if strings.IndexByte(s, '%') < 0 {
		return s, true
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '%' {
			b.WriteByte(s[i])
			continue
		}
		if i+2 >= len(s) {
			return "", false
		}
		v, err := strconv.ParseUint(s[i+1:i+3], 16, 8)
		if err != nil {
			return "", false
		}
		b.WriteByte(byte(v))
		i += 2
	}
	return b.String(), true
}

// AccountRow (账户余额行) is one account with its turnover and balance in fen;
// the balance is debit minus credit.
type AccountRow struct {
	County   string `json:"county"`
	ID       string `json:"id"`   // id:12
	Text     string `json:"text"` // the account as ParseKeyQuery reads it
	Book     Book   `json:"book"`
	Group    string `json:"group"`
	Code     Code   `json:"code"`
	Name     string `json:"name"`
	Sub      string `json:"sub,omitempty"`
	Lot      string `json:"lot"` // code
	LotID    LotID  `json:"lot_id"`
	Project  string `json:"project,omitempty"`
	Contract string `json:"contract,omitempty"`
	Payee    string `json:"payee,omitempty"`
	Unit     string `json:"unit,omitempty"`
	Pool     string `json:"pool,omitempty"`
	Peer     string `json:"peer,omitempty"` // code of the other lot
	Debit    Amount `json:"debit"`
	Credit   Amount `json:"credit"`
	Balance  Amount `json:"balance"`
}

// Key returns the account.
func (a *AccountRow) Key(peer LotID) Key {
	return Key{
		Book: a.Book, Account: a.Code, Sub: a.Sub, Lot: a.LotID, Project: a.Project, Contract: a.Contract,
		Payee: a.Payee, Unit: a.Unit, Pool: a.Pool, Peer: peer,
	}
}

// AccountList (余额表) is the balances of a set of accounts at one moment, in
// the order of CompareKeys.
type AccountList struct {
	County string       `json:"county"`
	At     At           `json:"at"`
	Rows   []AccountRow `json:"rows"`
}

func accountRow(county string, s *sum, codes lotCodes) AccountRow {
	k := &s.key
	return AccountRow{
		County: county, ID: KeyQuery{ID: s.id}.String(), Text: codes.text(k),
		Book: k.Book, Group: s.group, Code: k.Account, Name: accountName(string(k.Account)), Sub: k.Sub,
		Lot: codes.of(k.Lot), LotID: k.Lot, Project: k.Project, Contract: k.Contract, Payee: k.Payee, Unit: k.Unit,
		Pool: k.Pool, Peer: codes.of(k.Peer), Debit: s.debit, Credit: s.credit, Balance: s.net(),
	}
}

// lotCodes names lots by their codes.
type lotCodes map[LotID]string

// of returns the code of a lot, its identifier when it has none, "" for no lot.
func (c lotCodes) of(id LotID) string {
	if id.IsZero() {
		return ""
	}
	return cmp.Or(c[id], id.String())
}

// text prints an account so that it reads back exactly.
func (c lotCodes) text(k *Key) string {
	return KeyQueryOf(*k, c.of(k.Lot), c.of(k.Peer)).String()
}
