package region

import (
	"errors"
	"os"
	"testing"
	"testing/fstest"

	"fundbook/internal/fault"
	"fundbook/internal/sheet"
	"fundbook/internal/translog"

	"github.com/google/go-cmp/cmp"
)

const (
	anyuanFile  = "divisions_anyuan_360726.csv"
	changesFile = "divisions_changes_anyuan_2.1.1_to_2.7.0.csv"
)

var sampleFS = os.DirFS("../../intake/sample/divisions")

// anyuan returns the two sample files.
func anyuan(t testing.TB) (list, changes List) {
	t.Helper()
	list, err := Read(sampleFS, anyuanFile, Cutoffs{})
	if err != nil {
		t.Fatal(err)
	}
	changes, err = Read(sampleFS, changesFile, Cutoffs{})
	if err != nil {
		t.Fatal(err)
	}
	return list, changes
}

func TestReadSample(t *testing.T) {
	t.Parallel()
	list, changes := anyuan(t)
	count := map[Level]int{}
	for _, d := range list.Rows {
		count[d.Level]++
		if d.From != 20230630 {
			t.Fatalf("%s %s: from %s, want the cut-off of the source note", d.Code, d.Name, d.From)
		}
	}
	if d := cmp.Diff(map[Level]int{Province: 1, City: 1, County: 1, Township: 19, Village: 177}, count); d != "" {
		t.Errorf("divisions by level (-want +got):\n%s", d)
	}
	if list.County != "360726" || list.Name != "安远县" || changes.County != "360726" {
		t.Errorf("county %q %q, changes of %q", list.County, list.Name, changes.County)
	}
	want := []Division{
		{Code: "360726103201", Name: "高段村村委会", Level: Village, Parent: "360726103", From: 20171031},
		{Code: "360726103201", Name: "高塅村村委会", Level: Village, Parent: "360726103", From: 20230630},
	}
	if d := cmp.Diff(want, changes.Rows[14:16]); d != "" {
		t.Errorf("a rename (-want +got):\n%s", d)
	}
}

func TestRead(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, body string
		cut        Cutoffs
		want       []Division
	}{
		{
			"dates and successor in the file",
			"level,code,name,parent_code,valid_from,valid_to,successor\ntownship,360726100,欣山镇,360726,2001-05-01,2019-12-31,360726101\n",
			Cutoffs{},
			[]Division{{"360726100", "欣山镇", Township, "360726", 20010501, 20191231, "360726101"}},
		},
		{
			"a removal with its date",
			"change,code,old_name,new_name,date,successor\nremoved,360726100,欣山镇,,2019-12-31,360726101\n",
			Cutoffs{Since: 20171031},
			[]Division{
				{"360726100", "欣山镇", Township, "360726", 20171031, 0, ""},
				{"360726100", "", Township, "360726", 20191231, 0, "360726101"},
			},
		},
		{
			"columns in another order",
			"name,parent_code,code,level\n欣山镇,360726,360726100,township\n",
			Cutoffs{Until: 20200101},
			[]Division{{"360726100", "欣山镇", Township, "360726", 20200101, 0, ""}},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			l, err := Read(fstest.MapFS{"d.csv": {Data: []byte(c.body)}}, "d.csv", c.cut)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(c.want, l.Rows); d != "" {
				t.Errorf("rows (-want +got):\n%s", d)
			}
		})
	}
}

func TestReadRefused(t *testing.T) {
	t.Parallel()
	const head, changes = "level,code,name,parent_code\n", "change,code,old_name,new_name\n"
	cut := Cutoffs{20171031, 20230630}
	for _, c := range []struct {
		name, body string
		cut        Cutoffs
		rule       *fault.Error
	}{
		{"no cut-off", head + "township,360726100,欣山镇,360726\n", Cutoffs{}, ErrCutoff},
		{"changes without the older cut-off", changes + "renamed,360726100,甲,乙\n", Cutoffs{Until: 20230630}, ErrCutoff},
		{"cut-offs the wrong way round", changes + "renamed,360726100,甲,乙\n", Cutoffs{20230630, 20171031}, ErrCutoff},
		{"no such level", head + "hamlet,360726100,欣山镇,360726\n", cut, ErrRow},
		{"no name", head + "township,360726100,,360726\n", cut, ErrRow},
		{"level and code differ", head + "village,360726100,欣山镇,360726\n", cut, ErrCode},
		{"code of letters", head + "township,36072610A,欣山镇,360726\n", cut, ErrCode},
		{"foreign parent", head + "township,360726100,欣山镇,360727\n", cut, ErrCode},
		{"two counties", head + "township,360726100,甲镇,360726\ntownship,360727100,乙镇,360727\n", cut, ErrCounties},
		{"no county", head + "city,3607,赣州市,36\n", cut, ErrCounties},
		{"two names of a code", head + "township,360726100,甲镇,360726\ntownship,360726100,乙镇,360726\n", cut, ErrConflict},
		{"unknown change", changes + "split,360726100,甲,乙\n", cut, ErrRow},
		{"rename without the old name", changes + "renamed,360726100,,乙\n", cut, ErrRow},
		{"rename to the same name", changes + "renamed,360726100,甲,甲\n", cut, ErrRow},
		{"day that does not exist", "level,code,name,parent_code,valid_from\ntownship,360726100,甲镇,360726,2019-02-30\n", cut, ErrDay},
		{"missing column", "level,code,name\ntownship,360726100,甲镇\n", cut, sheet.ErrHeader},
		{"cut short", head + "township,360726100", cut, sheet.ErrWidth},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := Read(fstest.MapFS{"d.csv": {Data: []byte(c.body)}}, "d.csv", c.cut)
			if !errors.Is(err, c.rule) {
				t.Errorf("Read: %v, want %s", err, c.rule.Code)
			}
		})
	}
}

func TestLeafRoundTrip(t *testing.T) {
	t.Parallel()
	list, changes := anyuan(t)
	for _, l := range []List{list, changes} {
		body, err := l.encode()
		if err != nil {
			t.Fatal(err)
		}
		got, err := DecodeList(translog.NewDecoder(body))
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(l, got); d != "" {
			t.Errorf("decode ∘ encode of %s (-want +got):\n%s", l.File, d)
		}
		for _, broken := range [][]byte{body[:len(body)-1], append(append([]byte(nil), body...), 0)} {
			if _, err := DecodeList(translog.NewDecoder(broken)); !errors.Is(err, ErrEncoding) {
				t.Errorf("a list of %d bytes decodes from %d: %v", len(body), len(broken), err)
			}
		}
	}
}

func FuzzDecodeList(f *testing.F) {
	_, changes := anyuan(f)
	body, err := changes.encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(body)
	f.Fuzz(func(t *testing.T, b []byte) {
		l, err := DecodeList(translog.NewDecoder(b))
		if err != nil {
			return
		}
		again, err := l.encode()
		if err != nil || string(again) != string(b) {
			t.Errorf("%x decodes, and encodes to %x, %v", b, again, err)
		}
	})
}
