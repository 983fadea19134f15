package audit

import "strings"

// meaning is what a kind of breakage says: the law of DESIGN 2 that it breaks,
// and its name in both languages.
type meaning struct {
	law    int
	zh, en string
}

// meanings are found by code, else by the part of the code before the dot.
var meanings = map[string]meaning{
	"county":         {4, "县账簿不完整", "the county's log is not whole"},
	"county.missing": {4, "县账簿缺失：外部保存的日志头指明该县", "a county is gone: a head from outside names it"},
	"county.unknown": {4, "有不存在的县的行", "rows of a county that the store does not keep"},

	"order":          {4, "记录次序有缺、重或错位", "records are missing, doubled or out of place"},
	"record":         {3, "记录的列与封存内容不符", "a column of a record is not as sealed"},
	"record.county":  {4, "记录的列与封存内容不符", "a column of a record is not as sealed"},
	"record.seq":     {4, "记录的列与封存内容不符", "a column of a record is not as sealed"},
	"leaf":           {5, "记录内容不能还原", "the bytes of a record do not decode"},
	"tree":           {5, "散列树与记录不符", "the Merkle tree is not that of the records"},
	"head":           {5, "签名的日志头与账簿不符", "a signed head does not agree with the log"},
	"head.truncated": {4, "日志尾部缺失", "the tail of the log is missing"},
	"head.name":      {6, "日志头行与记录不符", "the head row is not as recorded"},
	"head.last_at":   {6, "日志头行与记录不符", "the head row is not as recorded"},

	"line":        {3, "分录与凭证不符", "a line is not as sealed"},
	"line.orphan": {3, "分录没有凭证记录", "lines without a record"},
	"entry":       {3, "凭证不合规则", "an entry breaks a rule"},
	"entry.key":   {1, "凭证科目或维度有误", "an entry has a wrong account"},
	"guard":       {2, "余额越过限额", "a balance passes its guard"},
	"reversal":    {3, "冲销关系不符", "a reversal is not as recorded"},
	"period":      {3, "会计期间次序不符", "the order of periods is broken"},

	"voucher":               {3, "凭证号表与记录不符", "the voucher table is not as recorded"},
	"voucher.books":         {4, "凭证号不连续或不合序列", "voucher numbers have a gap or a wrong series"},
	"voucher.number":        {4, "凭证号不连续或不合序列", "voucher numbers have a gap or a wrong series"},
	"voucher.series":        {4, "凭证号不连续或不合序列", "voucher numbers have a gap or a wrong series"},
	"voucher_series":        {3, "凭证序列表与记录不符", "the table of voucher series is not as recorded"},
	"voucher_series.number": {6, "凭证序列编号与日志头不符", "the number of voucher series is not that of the head"},

	"key":                  {6, "账户编号表与分录不符", "the table of accounts is not that of the lines"},
	"day_total":            {6, "余额与重算结果不符", "a balance is not what the lines add up to"},
	"day_total.unbalanced": {1, "按批次借贷不平", "debits and credits of a lot differ"},
	"lot.duplicate":        {1, "批次重复登记", "a lot is registered twice"},
	"lot.reissues":         {1, "批次所替换的批次未登记", "a lot replaces one that is not registered"},

	"dossier":      {6, "案卷与记录不符", "a dossier is not what the log folds to"},
	"sealed_row":   {5, "加密的名册行与记录的承诺值不符", "a sealed row of a roster is not what the log commits to"},
	"table":        {3, "索引表与记录不符", "an index table is not as recorded"},
	"idempotency":  {10, "幂等键重复使用", "an idempotency key is used twice"},
	"notice":       {9, "公告与台账不符", "a notice does not agree with the ledger"},
	"notice.paper": {9, "已发布公告的 PDF 被改动或缺失", "the issued PDF of a notice was changed or is missing"},
	"schema":       {3, "数据库结构与迁移文件不符", "the schema is not what the migrations make"},
	"secret":       {10, "库密钥（store.mac_secret）缺失或被改动", "the store's secret (store.mac_secret) is missing or was changed"},
	"user_account": {3, "账户表与记录不符", "the table of users is not as recorded"},
	"period_close": {3, "结账表与记录不符", "the table of closed periods is not as recorded"},
	"policy":       {3, "政策表与记录不符", "the table of policies is not as recorded"},
	"lot":          {3, "批次表与记录不符", "the table of lots is not as recorded"},
}

// meaningOf is the meaning of a code. What nobody has named is law 3: a row is
// not as it was recorded.
func meaningOf(code string) meaning {
	if m, ok := meanings[code]; ok {
		return m
	}
	family, _, _ := strings.Cut(code, ".")
	if m, ok := meanings[family]; ok {
		return m
	}
	return meaning{3, "表行与记录不符", "a row is not as recorded"}
}

// badOf is a breakage with its meaning.
func badOf(county string, x finding) Bad {
	m := meaningOf(x.code)
	return Bad{County: county, Seq: x.seq, Law: m.law, Code: x.code, ZH: m.zh, EN: m.en, Detail: x.detail}
}
