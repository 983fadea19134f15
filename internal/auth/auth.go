// Package auth says who somebody is and what their role may do. Tokens are
// random and kept as SHA-256 only. The administrator holds no money rights, and
// readers of one township see no other (law 8, DESIGN 3).
package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"strings"

	"fundbook/internal/fault"
)

var (
	// ErrUnauthenticated refuses a request without a valid token.
	ErrUnauthenticated = fault.New(fault.Unauthenticated, "auth.token", "未登录或令牌无效", "no valid token")
	// ErrForbidden refuses what the role may not do.
	ErrForbidden = fault.New(fault.Forbidden, "auth.forbidden", "没有此项权限", "not permitted")
	// ErrRole refuses an unknown role.
	ErrRole = fault.New(fault.Invalid, "auth.role", "角色不存在", "no such role")
)

// Role (角色) is what an account may do.
type Role string

// The roles.
const (
	Finance  Role = "finance"  // 县财政：登记批次、记账、结账、发布公告
	Township Role = "township" // 乡镇财政所：本乡镇账套的事项
	Auditor  Role = "auditor"  // 审计、纪检：只读全部
	Village  Role = "village"  // 村委会：只读公告
	Admin    Role = "admin"    // 系统管理员：用户与政策，无资金权限
	Operator Role = "operator" // 本机命令行，不可分配给账户
)

// Permission names something that a role may do, such as post.E12 or lot.register.
type Permission string

// Who (操作人) is a signed-in account.
type Who struct {
	ID     [16]byte
	Name   string
	Role   Role
	County string // the county of the account; empty for every county
	Unit   string // the township of a township or village account
}

// grants lists what each role may do: an exact permission, or a prefix ending
// in a dot.
var grants = map[Role][]Permission{
	Finance: {
		"post.", "lot.", "period.", "import.", "notice.", "read.", "verify.",
		"project.", "performance.", "asset.", "plan.", "contract.", "loan.", "roster.", "batch.",
		"evidence.", "claim.", "payment.", "township.", "recover.", "waiver.", "settle.", "statement.",
		"finding.", "doubt.", "correct.", "unit.", "objection.",
	},
	Township: {
		"post.E20", "read.notices", "read.chart", "read.township", "read.roster", "read.batch",
		"notice.", "objection.register", "objection.handle",
		"project.enter", "project.amend", "project.advance", "project.notice", "project.remove",
		"performance.monitor", "performance.evaluate", "asset.",
		"contract.start", "contract.complete", "contract.defect",
		"roster.create", "roster.amend", "roster.correct", "roster.persons",
		"batch.create", "batch.check", "batch.freeze", "batch.send", "batch.export", "batch.pay",
		"evidence.add", "claim.submit", "claim.review", "claim.withdraw", "payment.void", "payment.returned", "payment.refund_advance",
		"township.request", "township.pay", "township.paid_back", "recover.receive",
		"statement.", "read.statement",
		"finding.progress", "finding.apply_close",
	},
	Auditor: {"read.", "verify."},
	Village: {"read.notices", "read.chart", "notice.post", "notice.sign", "objection.register"},
	Admin:   {"user.", "policy.", "key.", "county.", "read.chart", "read.notices"},
	Operator: {
		"post.", "lot.", "period.", "import.", "notice.", "read.", "verify.", "user.", "policy.", "key.", "county.",
		"project.", "performance.", "asset.", "plan.", "contract.", "loan.", "roster.", "batch.",
		"evidence.", "claim.", "payment.", "township.", "recover.", "waiver.", "settle.", "statement.",
		"finding.", "doubt.", "correct.", "unit.", "objection.",
	},
}

// Roles lists the roles that an account can have.
func Roles() []Role { return []Role{Finance, Township, Auditor, Village, Admin} }

// Valid reports whether r can be given to an account.
func (r Role) Valid() bool { _, ok := grants[r]; return ok && r != Operator }

// May refuses a permission that the role does not have, or another county.
func (w Who) May(p Permission, county string) error {
	if w.County != "" && w.County != county {
		return ErrForbidden.With("县 %s", county)
	}
	for _, g := range grants[w.Role] {
		if g == p || (strings.HasSuffix(string(g), ".") && strings.HasPrefix(string(p), string(g))) {
			return nil
		}
	}
	return ErrForbidden.With("%s（角色 %s）", p, w.Role)
}

// LocalOperator is who acts on the command line of the machine that holds the
// store.
var LocalOperator = Who{ID: [16]byte{15: 1}, Name: "local", Role: Operator}

// tokenText is the alphabet of tokens.
var tokenText = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// NewToken returns a token with 160 random bits and the digest to keep.
func NewToken() (token string, digest [32]byte, err error) {
	var b [20]byte
	if _, err := rand.Read(b[:]); err != nil {
		return "", digest, err
	}
	token = "fb_" + tokenText.EncodeToString(b[:])
	return token, TokenDigest(token), nil
}

// TokenDigest is how a token is kept. A token has 160 random bits, so a fast
// digest is enough.
func TokenDigest(token string) [32]byte { return sha256.Sum256([]byte(token)) }

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
