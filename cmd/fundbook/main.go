// Command fundbook keeps the fund ledger of a county: it serves the API, imports
// published notices, prints reports, traces money and verifies the store.
//
// Exit codes: 0 done, 1 refused or failed (the reason is on stderr), 2 usage.
package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	_ "time/tzdata" // Asia/Shanghai on an empty image

	"fundbook/internal/config"
	"fundbook/internal/fault"

	"github.com/alecthomas/kong"
)

// The exit codes.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	code := run(ctx, os.Args[1:], os.Environ(), terminal{os.Stdin, os.Stdout, os.Stderr})
	stop()
	os.Exit(code)
}

// terminal is where a command reads and writes.
type terminal struct {
	in       io.Reader
	out, err io.Writer
}

// cli is the command line: the settings are flags of every command.
type cli struct {
	config.Config `embed:""`

	Demo         demoCmd         `cmd:"" help:"样例县：由真实公告建账，发布首份公告，启动服务"`
	Serve        serveCmd        `cmd:"" help:"启动服务"`
	Migrate      migrateCmd      `cmd:"" help:"升级数据库结构"`
	Healthcheck  healthcheckCmd  `cmd:"" help:"询问正在运行的服务是否就绪"`
	Settings     configCmd       `cmd:"" name:"config" help:"打印生效的配置（不含口令）"`
	User         userCmd         `cmd:"" help:"账户与令牌"`
	County       countyCmd       `cmd:"" help:"县账簿"`
	Policy       policyCmd       `cmd:"" help:"政策参数"`
	Key          keyCmd          `cmd:"" help:"签名密钥"`
	Import       importCmd       `cmd:"" help:"导入：全有或全无"`
	Statement    statementCmd    `cmd:"" help:"对账：余额调节表、勾对建议"`
	Report       reportCmd       `cmd:"" help:"报表"`
	Trace        traceCmd        `cmd:"" help:"追踪一笔资金的来龙去脉"`
	Notice       noticeCmd       `cmd:"" help:"公告"`
	Do           doCmd           `cmd:"" help:"办理一项：项目库、计划、合同、报账、支付等；不带参数列出全部"`
	List         listCmd         `cmd:"" help:"案卷清单：项目、计划、合同、名册、报账单、支付申请等；不带参数列出种类"`
	Show         showCmd         `cmd:"" help:"一份案卷：现状、经过、所记凭证"`
	Verify       verifyCmd       `cmd:"" help:"核验全部账簿，指出第一处不符"`
	VerifyNotice verifyNoticeCmd `cmd:"" help:"核验一份公告：PDF 文件离线核验，核验码对照台账"`
	Export       exportCmd       `cmd:"" help:"导出"`
	Version      versionCmd      `cmd:"" help:"版本"`
}

// session is one run of the program.
type session struct {
	terminal
	ctx    context.Context
	cfg    *config.Config
	log    *slog.Logger
	lost   error // the first failure to print
	lang   string
	sample bool // the store holds sample data; known after markSample
}

// run is the program: it parses, runs one command and returns the exit code.
func run(ctx context.Context, args, environ []string, t terminal) int {
	lang := language(environ)
	env, err := config.Environment(environ)
	if err != nil {
		explain(t.err, lang, err)
		return exitUsage
	}
	var c cli
	exited := -1
	parser, err := kong.New(&c, kong.Name("fundbook"), kong.Description(fault.Say("县级资金专账：复式记账、项目公示与审计留痕").In(lang)),
		kong.Writers(t.out, t.err), kong.Exit(func(code int) { exited = code }), kong.ShortUsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}), kong.Resolvers(resolver(env)))
	if err != nil {
		explain(t.err, lang, err)
		return exitFailed
	}
	translate(parser.Model.Node, lang)
	parsed, err := parser.Parse(args)
	if exited >= 0 { // --help
		return exited
	}
	if err != nil {
		complain(t.err, "%s\n%s\n", fault.Say("fundbook: 用法有误：%v", err).In(lang), fault.Say("用 fundbook --help 查看用法").In(lang))
		return exitUsage
	}
	if err := c.Complete(); err != nil {
		explain(t.err, lang, err)
		return exitUsage
	}
	log, flush := newLog(t.err, &c.Config)
	defer flush()
	s := &session{terminal: t, ctx: ctx, cfg: &c.Config, lang: lang, log: log}
	err = parsed.Run(s)
	if err == nil && s.lost != nil {
		err = errOutput.Because(s.lost)
	}
	if err != nil {
		if k := fault.KindOf(err); ctx.Err() != nil && (k == fault.Internal || k == fault.Unavailable) { // it failed for that
			s.log.DebugContext(ctx, "stopped", slog.String("error", err.Error()))
			err = errStopped
		}
		explain(t.err, lang, err)
		if errors.Is(err, errUsage) {
			return exitUsage
		}
		return exitFailed
	}
	return exitDone
}

// translate puts the help of a command, and of all below it, into a language.
func translate(n *kong.Node, lang string) {
	if lang == fault.Chinese {
		return
	}
	n.Help = fault.Words(n.Help)
	values := slices.Clone(n.Positional)
	for _, f := range n.Flags {
		values = append(values, f.Value)
	}
	for _, v := range values {
		v.Help, v.OrigHelp = fault.Words(v.Help), fault.Words(v.OrigHelp)
	}
	for _, below := range n.Children {
		translate(below, lang)
	}
}

// errUsage refuses flags that do not go together.
var errUsage = fault.New(fault.Invalid, "cli.usage", "用法有误", "wrong usage")

// resolver gives flags that the command line leaves out the value of their
// variable.
func resolver(env map[string]string) kong.Resolver {
	return kong.ResolverFunc(func(_ *kong.Context, _ *kong.Path, f *kong.Flag) (any, error) {
		if v, ok := env[f.Name]; ok {
			return v, nil
		}
		return nil, nil // kong's way of saying "not here"
	})
}

// explain prints why a command failed, in the language of the terminal: message,
// detail, code, places. The cause of an internal error is for the operator, who
// sits here.
func explain(w io.Writer, lang string, err error) {
	f := fault.From(err)
	complain(w, "fundbook: %s [%s]\n", f.Message(lang), f.Code)
	for _, x := range f.FieldsIn(lang) {
		complain(w, "  %s: %s %s\n", x.Location, x.Message, x.Value)
	}
	if f.Err != nil {
		complain(w, "  %s%v\n", map[string]string{fault.Chinese: "原因：", fault.English: "cause: "}[lang], f.Err)
	}
}

// language is that of the first of FUNDBOOK_LANG, LC_ALL, LC_MESSAGES and LANG that
// is set: English where it begins with en, else Chinese, as C and POSIX name none.
func language(environ []string) string {
	for _, name := range []string{config.Language, "LC_ALL", "LC_MESSAGES", "LANG"} {
		for _, v := range environ {
			if value, ok := strings.CutPrefix(v, name+"="); ok && value != "" {
				if strings.HasPrefix(strings.ToLower(value), fault.English) {
					return fault.English
				}
				return fault.Chinese
			}
		}
	}
	return fault.Chinese
}

type versionCmd struct{}

// Run prints the version.
func (versionCmd) Run(s *session) error {
	s.line("fundbook", version())
	return s.lost
}

// version is the version that the toolchain stamped: module, else revision.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	v := info.Main.Version
	if v == "" || v == "(devel)" {
		v = "devel"
		for _, x := range info.Settings {
			if x.Key == "vcs.revision" && len(x.Value) >= 12 {
				v += "-" + x.Value[:12]
			}
		}
	}
	return v + " " + info.GoVersion
}

type configCmd struct{}

// Run prints the settings in force.
func (configCmd) Run(s *session) error {
	for _, x := range s.cfg.Settings() {
		s.printf("%s=%s\n", x.Variable, x.Value)
	}
	return s.lost
}
