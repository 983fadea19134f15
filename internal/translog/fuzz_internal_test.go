package translog

import "testing"

// FuzzKeyFile reads any bytes as a key file: what is accepted is a key whose
// public half can be told.
func FuzzKeyFile(f *testing.F) {
	skey, _, err := GenerateKey(Origin("360726"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(skey + "\n"))
	f.Add([]byte("PRIVATE+KEY+a+00000000+AQ=="))
	f.Fuzz(func(t *testing.T, data []byte) {
		skey, err := parseKeyFile(data)
		if err != nil {
			return
		}
		vkey, err := PublicOf(skey)
		if err != nil {
			t.Fatalf("%q: %v", data, err)
		}
		if _, _, err := parseVKey(vkey); err != nil {
			t.Fatalf("%q: %v", vkey, err)
		}
	})
}
