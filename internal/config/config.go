// Package config holds the settings of the program: one struct, whose fields are
// both flags and FUNDBOOK_* variables. A secret may stand in a file that a
// variable ending in _FILE names. A variable that begins with FUNDBOOK_ and is no
// setting is an error, so that a slip of the pen is not a silent default.
package config

import (
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"time"

	"fundbook/internal/fault"
)

// ErrSetting refuses a setting that is unknown, unreadable or out of form.
var ErrSetting = fault.New(fault.Invalid, "config.setting", "配置项不合要求", "a setting is unknown or not valid")

// prefix begins the name of every variable.
const prefix = "FUNDBOOK_"

// Language is the variable that chooses the language of the terminal before the
// locale does: en or zh. It is no flag, for it is read before flags are.
const Language = prefix + "LANG"

// Config (配置) is every setting. The zero value of a field stands for its default.
type Config struct {
	Data           string        `name:"data" default:"./data" placeholder:"DIR" help:"数据目录：数据库文件、签名密钥、已发公告"`
	DB             string        `name:"db" placeholder:"URL" secret:"true" help:"数据库地址：sqlite://文件 或 postgres://…（缺省 sqlite://DATA/fundbook.db）"`
	Listen         string        `name:"listen" default:"127.0.0.1:8726" placeholder:"ADDR" help:"监听地址"`
	MetricsAddr    string        `name:"metrics-addr" default:"127.0.0.1:8727" placeholder:"ADDR" help:"监控指标 /metrics 的监听地址，不须令牌，只应本机可达；off 为不开"`
	PublicURL      string        `name:"public-url" placeholder:"URL" help:"公众访问的地址，印在公告的二维码里；不设则公告只印核验码，不印二维码"`
	SigningKeyFile string        `name:"signing-key-file" placeholder:"FILE" help:"只有一个县时的签名密钥文件（缺省 DATA/keys/县.key）"`
	Fonts          string        `name:"fonts" placeholder:"DIR" help:"字体目录：其中的字体替换公告的内置字体（如单位持有的仿宋、小标宋）"`
	LogLevel       string        `name:"log-level" default:"info" enum:"debug,info,warn,error" help:"日志级别：debug、info、warn、error"`
	LogFormat      string        `name:"log-format" default:"text" enum:"text,json" help:"日志格式：text、json"`
	StopGrace      time.Duration `name:"stop-grace" default:"15s" help:"收到停止信号后等待请求结束的时间"`
}

// DefaultMetricsAddr is where the metrics are unless a setting says otherwise, and
// NoMetrics the setting that leaves them out.
const (
	DefaultMetricsAddr = "127.0.0.1:8727"
	NoMetrics          = "off"
)

// Setting is one setting as it is in force.
type Setting struct {
	Name     string // of the flag, without dashes
	Variable string
	Value    string // a secret is hidden
}

// Environment reads the settings that the environment gives, by name of the
// flag. It refuses unknown FUNDBOOK_ variables, and a secret given twice.
func Environment(environ []string) (map[string]string, error) {
	known := map[string]reflect.StructField{}
	for _, f := range fields() {
		known[variable(f)] = f
	}
	out := map[string]string{}
	sorted := append([]string(nil), environ...)
	slices.Sort(sorted)
	for _, kv := range sorted {
		name, value, _ := strings.Cut(kv, "=")
		if !strings.HasPrefix(name, prefix) || name == Language {
			continue
		}
		f, ok := known[name]
		if !ok {
			file := strings.TrimSuffix(name, "_FILE")
			if f, ok = known[file]; !ok || file == name || f.Tag.Get("secret") == "" {
				return nil, ErrSetting.With("不认识环境变量 %s", name)
			}
			body, err := os.ReadFile(value)
			if err != nil {
				return nil, ErrSetting.With("%s 指向的文件不能读", name).Because(err)
			}
			value = strings.TrimSpace(string(body))
		}
		if _, twice := out[f.Tag.Get("name")]; twice {
			return nil, ErrSetting.With("%s 与 %s_FILE 只能给一个", variable(f), variable(f))
		}
		out[f.Tag.Get("name")] = value
	}
	return out, nil
}

// Complete fills in what follows from other settings, and refuses values out of
// form.
func (c *Config) Complete() error {
	if c.Data == "" {
		return ErrSetting.With("data 为空")
	}
	if c.DB == "" {
		c.DB = "sqlite://" + filepath.Join(c.Data, "fundbook.db")
	}
	if _, _, err := net.SplitHostPort(c.Listen); err != nil {
		return ErrSetting.With("listen = %q，须为 主机:端口", c.Listen)
	}
	if _, _, err := net.SplitHostPort(c.MetricsAddr); err != nil && c.MetricsAddr != "" && c.MetricsAddr != NoMetrics {
		return ErrSetting.With("metrics-addr = %q，须为 主机:端口，或 off", c.MetricsAddr)
	}
	if c.PublicURL != "" {
		u, err := url.Parse(c.PublicURL)
		if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
			return ErrSetting.With("public-url = %q，须为 https://主机", c.PublicURL)
		}
		c.PublicURL = strings.TrimSuffix(c.PublicURL, "/")
	}
	if c.StopGrace < 0 {
		return ErrSetting.With("stop-grace = %s", c.StopGrace)
	}
	return nil
}

// Settings lists the settings in force, without secrets.
func (c *Config) Settings() []Setting {
	v := reflect.ValueOf(c).Elem()
	var out []Setting
	for _, f := range fields() {
		value := fmt.Sprint(v.FieldByIndex(f.Index))
		if f.Tag.Get("secret") != "" {
			value = withoutPassword(value)
		}
		out = append(out, Setting{f.Tag.Get("name"), variable(f), value})
	}
	return out
}

// withoutPassword hides the passwords that a database URL carries, as user
// information or as a parameter.
func withoutPassword(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return "?"
	}
	q := u.Query()
	for name := range q {
		if strings.Contains(strings.ToLower(name), "password") {
			q.Set(name, "xxxxx")
			u.RawQuery = q.Encode()
		}
	}
	return u.Redacted()
}

func fields() []reflect.StructField {
	t := reflect.TypeFor[Config]()
	out := make([]reflect.StructField, t.NumField())
	for i := range out {
		out[i] = t.Field(i)
	}
	return out
}

func variable(f reflect.StructField) string {
	return prefix + strings.ToUpper(strings.ReplaceAll(f.Tag.Get("name"), "-", "_"))
}
