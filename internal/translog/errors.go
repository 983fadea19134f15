package translog

import "fundbook/internal/fault"

// The faults of the log. Internal ones mean that stored bytes are not what this
// program wrote; Refused ones are verdicts about evidence that somebody showed.
var (
	ErrText       = fault.New(fault.Invalid, "translog.text", "文字不是规范的 UTF-8（NFC）", "text is not UTF-8 in form NFC")
	ErrLimit      = fault.New(fault.TooLarge, "translog.limit", "记录超过长度上限", "a record is beyond its limit")
	ErrEncode     = fault.New(fault.Internal, "translog.encode", "记录不能写成规范字节", "a record cannot be written canonically")
	ErrMalformed  = fault.New(fault.Internal, "translog.malformed", "记录字节不规范，不能还原", "the bytes of a record are not canonical")
	ErrFrontier   = fault.New(fault.Internal, "translog.frontier", "日志右缘数据损坏", "the stored edge of the log is damaged")
	ErrTree       = fault.New(fault.Internal, "translog.tree", "日志散列与记录不一致", "stored hashes disagree with the log")
	ErrRange      = fault.New(fault.Invalid, "translog.range", "序号超出日志范围", "a position outside the log")
	ErrSequence   = fault.New(fault.Refused, "translog.sequence", "记录次序被改动（规则 4：一县一序、连续无缺）", "records are out of their one gap-free order (law 4)")
	ErrTruncated  = fault.New(fault.Refused, "translog.truncated", "日志尾部缺失", "the tail of the log is missing")
	ErrFork       = fault.New(fault.Refused, "translog.fork", "日志与先前签名的日志头不一致", "the log contradicts a head that was signed before")
	ErrForeign    = fault.New(fault.Refused, "translog.foreign", "不是本县的日志", "of another county's log")
	ErrProof      = fault.New(fault.Refused, "translog.proof_failed", "证明不成立：内容与签名的日志头不符", "the proof does not lead to the signed head")
	ErrProofText  = fault.New(fault.Invalid, "translog.proof_malformed", "证明文件格式不正确", "the proof file is malformed")
	ErrHead       = fault.New(fault.Invalid, "translog.head_malformed", "日志头格式不正确", "the head of the log is malformed")
	ErrSignature  = fault.New(fault.Refused, "translog.signature", "日志头没有有效签名", "the head carries no valid signature of its log")
	ErrKey        = fault.New(fault.Invalid, "translog.key", "签名密钥格式不正确", "the signing key is malformed")
	ErrKeyHistory = fault.New(fault.Refused, "translog.key_history", "更换的不是现用密钥", "a key change does not start from the key in use")
	ErrKeyExists  = fault.New(fault.Conflict, "translog.key_exists", "密钥文件已存在，不予覆盖", "the key file exists and is never overwritten")
	ErrKeyMode    = fault.New(fault.Refused, "translog.key_mode", "密钥文件权限过宽，须为 0600", "the key file is open to others; it must be 0600")
	ErrKeyFile    = fault.New(fault.Internal, "translog.key_file", "密钥文件不能读写", "the key file cannot be read or written")
	ErrCode       = fault.New(fault.Invalid, "translog.code", "核验码不正确", "not a verification code")
)
