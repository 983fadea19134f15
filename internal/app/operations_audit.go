package app

import "fundbook/audit"

// auditOperations are the commands of findings and doubts. Who is responsible
// reports and applies; the county opens, verifies, closes and looks back.
var auditOperations = []Operation{
	operation(Spec{"finding.open", "问题立案：同一来源只立一次", "open a finding; a source opens one", "finding.open"}, countyOnly, audit.OpenFinding),
	operation(Spec{"finding.progress", "登记整改进展", "record what was done about a finding", "finding.progress"}, townshipMay, audit.ProgressFinding),
	operation(Spec{"finding.apply_close", "申请销号：附结果与佐证", "apply for closing, with result and evidence", "finding.apply_close"}, townshipMay, audit.ApplyFinding),
	operation(Spec{"finding.verify", "核验整改结果：申请人以外的人", "check the result, by another than who applied", "finding.verify"}, countyOnly, audit.VerifyFinding),
	operation(Spec{"finding.close", "销号：佐证齐全，应退款项有追回到账凭证", "close a finding with evidence and, for money, its receipts", "finding.close"}, countyOnly, audit.CloseFinding),
	operation(Spec{"finding.return", "退回销号申请", "send an application to close back", "finding.return"}, countyOnly, audit.ReturnFinding),
	operation(Spec{"finding.look_back", "回头看：反弹的重新整改", "look at a closed finding again", "finding.look_back"}, countyOnly, audit.LookBackFinding),

	operation(Spec{"doubt.resolve", "登记疑点核实结果：未核实、排除、属实", "record what a doubt's handler found", "doubt.resolve"}, countyOnly, audit.ResolveDoubt),
}
