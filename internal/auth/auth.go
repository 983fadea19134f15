// Scope returns the township to which the account is confined, or "" for the
// whole county. A confined account without a township is confined to nothing.
func (w Who) Scope() string {
	switch {
	case w.Role != Township && w.Role != Village:
		return ""
	case w.Unit == "":
		return "未定乡镇"
	}
	return w.Unit
}
