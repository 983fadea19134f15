// Package audit (审计) reads a store and says what is true of it: whether every
// stored record is as it was recorded ([Verify]), where each yuan came from and
// went ([Trace]), and the books in forms that other programs check
// ([ExportHledger], [ExportJournalCSV]). It writes nothing.
//
// Nouns. A [Bad] is a record that breaks a law, named by county, sequence and
// law. A parcel is an amount of one lot with its way through the pots of
// authority (指标), hop by hop; a [Graph] is parcels added up.
//
// Laws. What is true is what the leaves say: everything else in the store is
// derived from them and compared (DESIGN 2, laws 1–6). The checks here share no
// code with the write path except the rules of package ledger.
//
// What the room does not do: it repairs nothing, and it knows kinds of records of
// other rooms only by the decoders that Options carries.
package audit
