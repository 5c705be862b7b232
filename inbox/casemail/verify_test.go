package casemail

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"github.com/emersion/go-msgauth/dkim"
)

func TestVerifyResults(t *testing.T) {
	const from = "From: Dana <dana@mail.clinic.example>\n"
	for _, c := range []struct {
		name, head      string
		cfg             AuthConfig
		verdict, method string
	}{
		{"dmarc", "Authentication-Results: mx.desk.example; dmarc=pass (p=REJECT) header.from=clinic.example\n", AuthConfig{AuthservID: "mx.desk.example"}, "pass", "dmarc"},
		{"dmarc fails", "Authentication-Results: MX.desk.example; spf=pass smtp.mailfrom=clinic.example; dmarc=fail header.from=mail.clinic.example\n", AuthConfig{AuthservID: "mx.desk.example"}, "fail", "dmarc"},
		{"dkim of the organisation", "Authentication-Results: mx.desk.example; dkim=pass header.d=clinic.example\n", AuthConfig{AuthservID: "mx.desk.example"}, "pass", "dkim"},
		{"dkim of another", "Authentication-Results: mx.desk.example; dkim=pass header.d=evil.example; spf=pass smtp.mailfrom=x@evil.example\n", AuthConfig{AuthservID: "mx.desk.example"}, "none", ""},
		{"spf", "Authentication-Results: mx.desk.example 1; spf=pass smtp.mailfrom=bounce@clinic.example\n", AuthConfig{AuthservID: "mx.desk.example"}, "pass", "spf"},
		{"spf fails", "Authentication-Results: mx.desk.example; spf=fail smtp.mailfrom=x@clinic.example\n", AuthConfig{AuthservID: "mx.desk.example"}, "fail", "spf"},
		{"another server", "Authentication-Results: mx.evil.example; dmarc=pass header.from=clinic.example\n", AuthConfig{AuthservID: "mx.desk.example"}, "none", ""},
		{"not the topmost", "Authentication-Results: mx.other.example; none\nAuthentication-Results: mx.desk.example; dmarc=pass header.from=clinic.example\n", AuthConfig{AuthservID: "mx.desk.example"}, "none", ""},
		{"none believed", "Authentication-Results: mx.desk.example; dmarc=pass header.from=clinic.example\n", AuthConfig{}, "none", ""},
		{"microsoft", "Authentication-Results: spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=clinic.example; dkim=pass (signature was verified) header.d=clinic.example;dmarc=pass action=none header.from=clinic.example;compauth=pass reason=100\n", AuthConfig{WithoutID: true}, "pass", "dmarc"},
		{"microsoft not believed", "Authentication-Results: spf=pass smtp.mailfrom=clinic.example\n", AuthConfig{AuthservID: "mx.desk.example"}, "none", ""},
		{"result in a comment", "Authentication-Results: mx.desk.example; spf=pass (from ; dmarc=pass header.from=clinic.example) smtp.mailfrom=evil.example\n", AuthConfig{AuthservID: "mx.desk.example"}, "none", ""},
		{"result in quotes", "Authentication-Results: mx.desk.example; spf=pass smtp.mailfrom=\"x; dmarc=pass header.from=clinic.example;\"@evil.example\n", AuthConfig{AuthservID: "mx.desk.example"}, "none", ""},
		{"suffix is no organisation", "Authentication-Results: mx.desk.example; dkim=pass header.d=example\n", AuthConfig{AuthservID: "mx.desk.example"}, "none", ""},
		{"look-alike", "Authentication-Results: mx.desk.example; dkim=pass header.d=evilclinic.example\n", AuthConfig{AuthservID: "mx.desk.example"}, "none", ""},
		{"no field", "", AuthConfig{AuthservID: "mx.desk.example"}, "none", ""},
		{"two senders", "From: x@evil.example\nAuthentication-Results: mx.desk.example; dmarc=pass header.from=clinic.example\n", AuthConfig{AuthservID: "mx.desk.example"}, "fail", ""},
		{"two in one", "", AuthConfig{AuthservID: "mx.desk.example"}, "fail", ""},
	} {
		head := from
		if c.name == "two in one" {
			head = "From: dana@clinic.example, x@evil.example\n"
		}
		got := Verify(Parse([]byte(c.head+head+"Subject: x\n\ny")), c.cfg, nil)
		if got.Verdict != c.verdict || got.Method != c.method || got.Reason == "" {
			t.Errorf("%s: %+v, want %s %s", c.name, got, c.verdict, c.method)
		}
	}
}

func TestVerifyDKIM(t *testing.T) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	plain := "From: dana@mail.clinic.example\r\nTo: consult@desk.example\r\nSubject: 99213?\r\n\r\nMay we bill it?\r\n"
	var signed bytes.Buffer
	if err := dkim.Sign(&signed, strings.NewReader(plain), &dkim.SignOptions{Domain: "clinic.example", Selector: "s", Signer: private, HeaderKeys: []string{"From", "Subject", "To"}}); err != nil {
		t.Fatal(err)
	}
	keys := func(domain string) ([]string, error) {
		if domain == "s._domainkey.clinic.example" {
			return []string{"v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(public)}, nil
		}
		return nil, errors.New("no such host")
	}
	unreachable := func(string) ([]string, error) { return nil, temporary{} }
	for _, c := range []struct {
		name, raw       string
		lookup          func(string) ([]string, error)
		verdict, method string
	}{
		{"signed", signed.String(), keys, "pass", "dkim"},
		{"changed body", strings.Replace(signed.String(), "bill it", "bill 99215", 1), keys, "fail", "dkim"},
		{"changed subject", strings.Replace(signed.String(), "99213?", "99215?", 1), keys, "fail", "dkim"},
		{"second From on top", "From: boss@evil.example\r\n" + signed.String(), keys, "fail", ""},
		{"another sender", strings.Replace(signed.String(), "mail.clinic.example", "bank.example", 1), keys, "none", ""},
		{"not signed", plain, keys, "none", ""},
		{"no DNS", signed.String(), unreachable, "none", ""},
		{"not looked up", signed.String(), nil, "none", ""},
	} {
		got := Verify(Parse([]byte(c.raw)), AuthConfig{}, c.lookup)
		if got.Verdict != c.verdict || got.Method != c.method {
			t.Errorf("%s: %+v, want %s %s", c.name, got, c.verdict, c.method)
		}
	}
}

type temporary struct{}

func (temporary) Error() string   { return "try again" }
func (temporary) Temporary() bool { return true }
func (temporary) Timeout() bool   { return true }

func TestAligned(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"clinic.example", "mail.clinic.example", true}, {"Clinic.example", "clinic.example", true},
		{"a.co.uk", "b.co.uk", false}, {"co.uk", "b.co.uk", false}, {"", "", false}, {"x.test", "", false},
	} {
		if got := aligned(c.a, c.b); got != c.want {
			t.Errorf("%s and %s: %v", c.a, c.b, got)
		}
	}
}
