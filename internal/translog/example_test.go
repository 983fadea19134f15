package translog_test

import (
	"fmt"

	"fundbook/internal/translog"
)

// The life of a record: canonical bytes, a leaf, a signed head, and the proof
// that a citizen checks at home with nothing but the county's public key.
func Example() {
	skey, vkey := testKey(translog.Origin("360726"), 1) // in life: GenerateKey, WriteKeyFile

	var enc translog.Encoder
	translog.AppendHeader(&enc, testHeader(1))
	enc.Text("拨付衔接资金 100.00 元")
	leaf, _ := enc.Finish()

	var edge translog.Edge // the county writer's
	edge.Append(translog.LeafHash(leaf), nil)
	signer, _ := translog.NewSigner(skey)
	head, _ := translog.Sign(translog.Checkpoint{Origin: translog.Origin("360726"), Size: edge.Size(), Root: edge.Root()}, signer)
	bundle, _ := translog.NewBundle(edge.Reader(nil), head, 1, leaf)
	file := bundle.Text()

	verifiers, _ := translog.NewVerifiers(translog.PublicKey{VKey: vkey})
	taken, _ := translog.ParseBundle(file)
	header, _, err := translog.VerifyInclusion(taken, leaf, verifiers)
	fmt.Println(header.Kind, header.Seq, err)

	leaf[len(leaf)-5] ^= 1 // 100.00 becomes 100.01
	_, _, err = translog.VerifyInclusion(taken, leaf, verifiers)
	fmt.Println(err)
	// Output:
	// entry 1 <nil>
	// 证明不成立：内容与签名的日志头不符
}
