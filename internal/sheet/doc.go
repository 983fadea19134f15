// Package sheet decodes tables that people send: CSV in UTF-8 (with or without a
// byte order mark) or GB18030, or a workbook (.xlsx), strictly. What is not cleanly one of them is
// refused with file, row and column; nothing is mended, and no cell is trimmed.
//
// Nouns. A [Table] is one file: a header and rows. A [Place] is where something
// stands in it. [Columns] finds cells by the name in the header, whatever their
// order.
//
// Laws. Every table within the limits reads back from its own [Write] to the same
// cells; a file cut short in a row or in a quotation is never taken for a whole
// one; no input makes the reader use memory beyond a small multiple of its size.
//
// [Mark] gives a table back with its wrong cells in red; [Book] writes a workbook.
//
// What it does not do: it knows no amounts or codes. Of workbooks it reads one sheet,
// the first that is visible, and no formula.
package sheet
