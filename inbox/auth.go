package inbox

import (
	"context"
	"errors"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-sasl"
	"golang.org/x/oauth2"
)

// xoauth2 is the bearer mechanism of Google and Microsoft 365, which offers no
// other: https://developers.google.com/gmail/imap/xoauth2-protocol. go-sasl has
// none and will not.
type xoauth2 struct{ username, token string }

func (x xoauth2) Start() (string, []byte, error) {
	return "XOAUTH2", []byte("user=" + x.username + "\x01auth=Bearer " + x.token + "\x01\x01"), nil
}

// Next answers the server's account of a refusal with an empty line, after
// which the tagged NO comes.
func (x xoauth2) Next([]byte) ([]byte, error) { return []byte{}, nil }

// oauthBearer is go-sasl's OAUTHBEARER (RFC 7628), but for a refusal: it
// answers the account of it as section 3.2.3 wants, so that the tagged NO with
// its code comes, where go-sasl leaves the exchange open.
type oauthBearer struct{ sasl.Client }

func (oauthBearer) Next([]byte) ([]byte, error) { return []byte{1}, nil }

// signIn signs in by what the server offers and returns the mechanism's name.
// After an error the connection is of no further use.
func (s *session) signIn(ctx context.Context, cfg Config) (string, error) {
	if s.c.State() == imap.ConnStateAuthenticated {
		return "PREAUTH", nil
	}
	var caps imap.CapSet
	err := s.do("capabilities", func() error { caps = s.c.Caps(); return nil })
	if err != nil {
		return "", err
	}
	client, err := mechanism(ctx, cfg, caps)
	if err != nil {
		return "", err
	}
	if client == nil {
		return "LOGIN", s.doAuth(func() error { return s.c.Login(cfg.Username, cfg.Password).Wait() })
	}
	name, _, err := client.Start()
	if err != nil {
		return "", &Error{Op: "sign in", Class: ClassProtocol, err: err}
	}
	return name, s.doAuth(func() error { return s.c.Authenticate(client) })
}

// mechanism chooses how to sign in; nil is the LOGIN command.
func mechanism(ctx context.Context, cfg Config, caps imap.CapSet) (sasl.Client, error) {
	if cfg.Auth == AuthPassword {
		if caps.Has(imap.AuthCap(sasl.Plain)) {
			return sasl.NewPlainClient("", cfg.Username, cfg.Password), nil
		}
		if caps.Has(imap.CapLoginDisabled) {
			return nil, &Error{Op: "sign in", Class: ClassTLS, note: "the server takes no password on this connection: use tls or starttls"}
		}
		return nil, nil
	}
	bearer, xo := caps.Has(imap.AuthCap(sasl.OAuthBearer)), caps.Has(imap.AuthCap("XOAUTH2"))
	if !bearer && !xo {
		return nil, &Error{Op: "sign in", Class: ClassProtocol, note: "the server offers neither OAUTHBEARER nor XOAUTH2: use a password"}
	}
	token, err := bearerToken(ctx, cfg.Tokens)
	if err != nil {
		return nil, err
	}
	if bearer {
		return oauthBearer{sasl.NewOAuthBearerClient(&sasl.OAuthBearerOptions{Username: cfg.Username, Token: token})}, nil
	}
	return xoauth2{cfg.Username, token}, nil
}

// tokenWait bounds the wait for a token: x/oauth2's Token takes no context.
const tokenWait = time.Minute

// bearerToken asks for a token. The provider's text, which errors quote, is
// left out; its error code decides whether a person must sign in.
func bearerToken(ctx context.Context, tokens oauth2.TokenSource) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, tokenWait)
	defer cancel()
	type result struct {
		token *oauth2.Token
		err   error
	}
	got := make(chan result, 1)
	go func() {
		t, err := tokens.Token()
		got <- result{t, err}
	}()
	select {
	case <-ctx.Done():
		return "", &Error{Op: "token", Class: ClassConnect, err: ctx.Err()}
	case r := <-got:
		if r.err == nil {
			return r.token.AccessToken, nil
		}
		class := ClassConnect
		if re, ok := errors.AsType[*oauth2.RetrieveError](r.err); ok && re.ErrorCode == "invalid_grant" {
			class = ClassSignIn
		}
		return "", &Error{Op: "token", Class: class, err: r.err}
	}
}
