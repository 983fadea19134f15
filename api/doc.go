// Package api is the JSON front of the store: /api/v1, described by OpenAPI 3.1.
//
// It decodes strictly (unknown and double fields, nulls and deep nesting are
// refused), says who is asking, hands commands to internal/app and renders what
// was recorded. Amounts are strings of yuan with two decimals, dates ISO, and
// every refusal is an RFC 9457 problem with the stable code of its fault, in
// Chinese or English. A post and its replay answer the same bytes, since both
// are rendered from the records.
//
// Writes are plain handlers, described in the same document: they are the hot
// path, and their bodies are decoded once. Reads are operations of huma.
package api
