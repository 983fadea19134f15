package audit

// Unchecked (未核验事项) is something that a quick verification does not look at.
type Unchecked struct {
	ZH string `json:"zh"`
	EN string `json:"en"`
}

// leftOut is what quick leaves to Full; see there for what it checks.
var leftOut = []Unchecked{
	{"最近一万条以前的记录，只凭日志树核对，未逐条读取及重算分录", "records older than the newest ten thousand: held to the tree alone, not read one by one"},
	{"案卷（项目、计划、合同、名册、报账、支付、批次等）未按日志重算", "dossiers (projects, plans, contracts, rosters, claims, payments, batches …) are not folded from the log"},
	{"凭证号、日发生额及各索引未与分录逐笔比较", "vouchers, day totals and indexes are not compared with the lines"},
	{"文件、区划、公告及已发布的 PDF 未重新推导", "documents, divisions, notices and issued PDFs are not derived again"},
	{"名册人员的加密行未与日志中的承诺比较", "sealed rows of persons are not compared with their commitments"},
}
