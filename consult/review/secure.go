package review

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// pagePolicy is the content security policy of every page of ours.
const pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"font-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// mailPolicy is that of what somebody else wrote: the formatted view of a mail
// and the rendering of a reply. It runs no script, has no origin and fetches
// nothing (RELIABILITY.md E.1).
const mailPolicy = "sandbox allow-popups; default-src 'none'; img-src data: 'self'; style-src 'unsafe-inline'; " +
	"form-action 'none'; base-uri 'none'; frame-ancestors 'self'"

// filePolicy is that of downloads.
const filePolicy = "sandbox; default-src 'none'; frame-ancestors 'none'"

func secure(h http.Header) {
	h.Set("Content-Security-Policy", pagePolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
}

// peer returns the address that a request came from: the connection's, or,
// through trusted proxies, the last one in X-Forwarded-For that is not one of
// them.
func (s *Server) peer(r *http.Request) netip.Addr {
	addr := direct(r)
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && s.trusted(addr); i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		addr = hop.Unmap()
	}
	return addr
}

func direct(r *http.Request) netip.Addr {
	ap, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return ap.Addr().Unmap()
}

func (s *Server) trusted(a netip.Addr) bool {
	for _, p := range s.TrustedProxies {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// https reports whether the browser speaks TLS, to us or to a trusted proxy.
func (s *Server) https(r *http.Request) bool {
	return r.TLS != nil || s.trusted(direct(r)) && r.Header.Get("X-Forwarded-Proto") == "https"
}

// onThisMachine reports whether browser and server are one machine and say so:
// a loopback connection that asks for a loopback name. A proxy that nobody
// configured has the first but not the second.
func onThisMachine(r *http.Request) bool {
	host := r.Host
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	if a, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		return a.IsLoopback() && direct(r).IsLoopback()
	}
	return direct(r).IsLoopback() && (host == "localhost" || strings.HasSuffix(host, ".localhost"))
}

// mayCarryPassword reports whether a password may travel with this request.
func (s *Server) mayCarryPassword(r *http.Request) bool { return s.https(r) || onThisMachine(r) }
