// Package region knows the administrative divisions (行政区划) of a county with
// their validity dates: codes change, and a voucher of 2018 still prints the name
// of 2018.
//
// Nouns. A [Division] says that from a day on a code has a name. A [List] is one
// published file of such statements; importing it is one record of the log. A
// [Set] is all that is known of a county, and answers questions: the name on a
// day, and which division a printed township and village mean.
//
// Laws. Statements are only added. Where a source gives two cut-off dates and
// says what changed between them, the old name holds until the later cut-off, the
// first day on which the new one is known. A code that is known has a name on
// every day: before its first statement the first, after its end the last.
// Villages are unique within a township, not within a county; what is ambiguous is
// returned as such and never chosen.
//
// What it does not do: it posts nothing. A rename moves no money; a merger of
// townships is event E28 of the ledger.
package region
