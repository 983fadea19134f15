package api

import (
	"context"
	"net/url"
	"strings"

	"fundbook/internal/app"
	"fundbook/publicity"
)

// Verification (核验) is what the QR code of a notice answers: the notice and its
// content as the ledger yields it now.
type Verification struct {
	app.Verdict
	Digest string `json:"digest" enum:"match,mismatch,not_given" doc:"Whether the digest printed in the QR code is that of the notice"`
}

type codeIn struct {
	Code string `path:"code" maxLength:"64" doc:"核验码, as printed; case, spaces and hyphens do not matter" example:"D05ZVBYCHADHF"`
	H    string `query:"h" maxLength:"64" doc:"The beginning of the digest, as the QR code carries it"`
}

// noticeRoutes are the notices and the public check of a code.
func (s *server) noticeRoutes() {
	get(s, operation{path: "/api/v1/counties/{county}/notices", id: "notices", summary: "公告 · the notices of a county"},
		func(ctx context.Context, in *InCounty) ([]publicity.ListItem, url.Values, error) {
			if err := askerOf(ctx).who.May(readNotices, in.County); err != nil {
				return nil, nil, err
			}
			items, err := s.app.Notices(ctx, in.County)
			return list(items), nil, err
		})
	get(s, operation{path: "/v/{code}", id: "verify-notice", public: true, summary: "核验公告 · whether a notice equals the ledger"}, s.verifyCode)
}

func (s *server) verifyCode(ctx context.Context, in *codeIn) (out Verification, _ url.Values, err error) {
	if out.Verdict, err = s.app.VerifyCode(ctx, in.Code); err != nil {
		return out, nil, err
	}
	switch h := strings.ToLower(in.H); {
	case h == "":
		out.Digest = "not_given"
	case len(h) >= 16 && strings.HasPrefix(out.Hash, h):
		out.Digest = "match"
	default:
		out.Digest = "mismatch"
	}
	return out, nil, nil
}
