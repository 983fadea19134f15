package app

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"fundbook/internal/db"
	"fundbook/internal/translog"
)

// headSigner signs the heads of counties that have grown: outside the write
// transaction, at most once a second, and on demand. No answer waits for it.
type headSigner struct {
	mu   sync.Mutex
	bell chan struct{}
	// By county: since when a head waits, as elapsed says, and those being signed.
	dirty, signing map[string]time.Duration
}

func (h *headSigner) start(a *App) {
	h.dirty = map[string]time.Duration{}
	h.bell = make(chan struct{}, 1)
	a.wg.Add(1)
	go func() {
		defer a.wg.Done()
		for {
			select {
			case <-a.stop:
				return
			case <-h.bell:
			}
			for _, code := range h.take() {
				_, err := a.SignHead(context.Background(), code)
				h.done(code, err == nil)
				if err != nil {
					a.stats.unsigned.Add(1)
					a.log.Error("sign a head", slog.String("county", code), slog.String("error", err.Error()))
					continue
				}
				a.stats.signed.Add(1)
			}
			select {
			case <-a.stop:
				return
			case <-time.After(time.Second):
			}
		}
	}()
}

func (h *headSigner) wake(code string) {
	h.mu.Lock()
	if _, waits := h.dirty[code]; !waits {
		h.dirty[code] = elapsed()
	}
	h.mu.Unlock()
	select {
	case h.bell <- struct{}{}:
	default:
	}
}

// take hands out the counties whose heads wait.
func (h *headSigner) take() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.signing, h.dirty = h.dirty, map[string]time.Duration{}
	return slices.Collect(maps.Keys(h.signing))
}

// done says what became of a county's head. One that failed is signed with the
// next, and has waited all the while.
func (h *headSigner) done(code string, ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !ok {
		h.dirty[code] = h.signing[code]
	}
	delete(h.signing, code)
}

// age is for how long the oldest head has waited.
func (h *headSigner) age() time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	at := elapsed()
	oldest := at
	for _, since := range []map[string]time.Duration{h.dirty, h.signing} {
		for _, t := range since {
			oldest = min(oldest, t)
		}
	}
	return at - oldest
}

// SignHead signs the head of a county's log as it is now and stores it. A head
// of that size that is signed already is returned as it is.
func (a *App) SignHead(ctx context.Context, code string) (note string, err error) {
	row, err := db.FindCounty(ctx, a.db.Read, code)
	if err != nil {
		return "", err
	}
	front, err := translog.UnmarshalFrontier(row.Frontier)
	if err != nil {
		return "", err
	}
	if note, err := storedHead(ctx, a.db.Read, row.County, front.Size()); err != nil || note != "" {
		return note, err
	}
	skey, err := translog.ReadKeyFile(a.keys.path(code))
	if err != nil {
		return "", ErrSigningKey.With("%s", code).Because(err)
	}
	head := translog.Checkpoint{Origin: translog.Origin(code), Size: front.Size(), Root: front.Root()}
	signer, err := translog.NewSigner(skey)
	if err != nil {
		return "", err
	}
	signed, err := translog.Sign(head, signer)
	if err != nil {
		return "", err
	}
	if err := insertHead(ctx, a.db.Write, row.County, front.Size(), string(signed)); err != nil {
		return "", err
	}
	return storedHead(ctx, a.db.Read, row.County, front.Size())
}
