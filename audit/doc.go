// Package audit (审计) reads a store and says what is true of it: whether every
// stored record is as it was recorded ([Verify]), where each yuan came from and
// went ([Trace]), and the books in forms that other programs check
// ([ExportHledger], [ExportJournalCSV]). It also keeps what is found: findings with
// their rectification, and doubts that rules raise.
//
// Nouns. A [Bad] is a record that breaks a law, named by county, sequence and
// law. A parcel is an amount of one lot with its way through the pots of
// authority (指标), hop by hop; a [Graph] is parcels added up. A [Finding] (问题) is
// opened once for its source and closed with evidence; a doubt (疑点) is computed by
// a rule from the books, and its dossier ([DoubtFile]) is what its handler found.
//
// Laws. What is true is what the leaves say: everything else in the store is
// derived from them and compared (DESIGN 2, laws 1–6). The checks of verify share no
// code with the write path except the rules of package ledger, the codecs of the
// rooms' records and the folding of dossiers.
//
// Verify, trace and the exports write nothing and repair nothing. The commands of
// findings and doubts record facts of dossiers (package internal/dossier) and post
// no money. The room stands right of all others and reads their dossiers by their
// types; kinds of records that Options has no decoder for it cannot open.
package audit
