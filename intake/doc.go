// Package intake turns published funding notices (资金公告) into the ledger, and
// says of every figure what it could not take at its word.
//
// Nouns. A [Notice] is one page as transcribed: its sources (money in), its lines
// (money out) and the totals it prints itself. A [Plan] is what the notice will
// do: lots, postings, findings, controls; it is a pure function of the notice. A
// [Finding] names one oddity with file, row, column and amount. A [Control] is one
// printed total computed again. A [Document] is what the log keeps of the notice.
//
// Laws. Nothing is repaired silently and no blank is filled. A notice is no proof
// that money has come: every source is authority not arrived (E01). All or nothing
// per notice. The same notice again changes nothing; another content under the
// same key is refused with what differs. A split that no document states is marked
// 推定 and carries its draw rule (DOMAIN 4.4).
//
// What it does not do: it opens no county and runs no transaction of its own; the
// caller runs [Import] in the county of the plan. It reads no pages and no Excel.
package intake
