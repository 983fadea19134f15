// Package translog is the tamper-evident log of a county (防篡改日志): the
// canonical bytes of a record, the Merkle tree over them, the signed heads, and
// the proofs which a citizen or an auditor checks without server or database.
//
// Nouns. A record's canonical bytes are its leaf; record number seq is leaf
// seq−1. The [Frontier] is the right edge of the tree, the [Edge] adds the
// hashes of tiles that are not full yet, a [Tile] is 256 hashes which never
// change again. A [Checkpoint] is a head (origin, size, root), signed as a note.
// A [Bundle] is an inclusion proof with its signed head.
//
// Laws (DESIGN 2): 3 append-only, 4 one order, 5 provable. The tree is that of
// RFC 6962 with the hashes of golang.org/x/mod/sumdb/tlog, the note is that of
// golang.org/x/mod/sumdb/note (c2sp.org/signed-note), the head is
// c2sp.org/tlog-checkpoint, the proof file is c2sp.org/tlog-proof.
//
// # Leaf bytes, version 1
//
// Primitives, all of one form only; a decoder refuses every other:
//
//	uvarint  base 128, least significant group first, as few bytes as possible
//	varint   zigzag of a signed 64-bit integer, as uvarint
//	text     uvarint length in bytes, then UTF-8 in Unicode form NFC
//	blob     uvarint length, then bytes
//	id       16 bytes          digest   32 bytes
//	bool     one byte, 0 or 1  day      varint, days since 1970-01-01
//	count    uvarint, then that many elements
//
// There are no maps, no optional tails and no defaults. The header is
//
//	"fundbook/" kind "/v" version 0x00   kind [a-z][a-z0-9._-]*, version decimal
//	county   text      seq    uvarint ≥ 1        id     id
//	at       varint µs actor  id                 command text
//	then, only on the first record of a command (command not empty):
//	key      id, the first 16 bytes of SHA-256 over the actor and the idempotency key
//	mac      id, HMAC-SHA-256 of the raw request body, its first 16 bytes
//	count    uvarint ≥ 1, records of the command
//
// Command, key, mac and count stand on a command's first record only (DESIGN
// 3a), so on the later records the empty command, one zero byte, is the mark of
// their absence. The fields of the kind follow. The version is that of the
// kind's fields; should the header itself ever change, the word "fundbook"
// changes with it. A new field is a new version: old leaves are never encoded
// again.
//
// What the room does not do: no SQL, no clock, no knowledge of any domain kind.
// The codec of a kind stands beside its domain type and uses [Encoder] and
// [Decoder]. Only the two kinds that belong to the log itself live here.
package translog
