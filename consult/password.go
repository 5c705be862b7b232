package consult

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// argon2id at 64 MiB and 3 passes, two at a time: a burst of sign-ins may not
// take the machine's memory (RELIABILITY.md E.4).
const (
	argonTime    = 3
	argonMemory  = 64 * 1024 // KiB
	argonThreads = 2
	argonKey     = 32
	minPassword  = 12
)

var argonSlots = make(chan struct{}, 2)

// HashPassword returns an encoded argon2id hash with a salt of its own. A
// password under 12 characters is an error.
func HashPassword(password string) (string, error) {
	if len([]rune(password)) < minPassword {
		return "", fmt.Errorf("the password is too short: at least %d characters", minPassword)
	}
	salt := make([]byte, 16)
	if _, err := rand.Read(salt); err != nil {
		return "", err
	}
	key := derive(password, salt, argonTime, argonMemory, argonThreads)
	return fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s", argonMemory, argonTime, argonThreads,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(key)), nil
}

// VerifyPassword reports whether password fits an encoded hash. With an empty
// or damaged hash it takes as long and says no, so that an unknown account
// looks like a wrong password.
func VerifyPassword(encoded, password string) bool {
	var m, t uint32
	var p uint8
	parts := strings.Split(encoded, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		derive(password, make([]byte, 16), argonTime, argonMemory, argonThreads)
		return false
	}
	_, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &m, &t, &p)
	salt, errSalt := base64.RawStdEncoding.DecodeString(parts[4])
	want, errKey := base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil || errSalt != nil || errKey != nil || len(want) != argonKey {
		derive(password, make([]byte, 16), argonTime, argonMemory, argonThreads)
		return false
	}
	return subtle.ConstantTimeCompare(derive(password, salt, t, m, p), want) == 1
}

func derive(password string, salt []byte, t, m uint32, p uint8) []byte {
	argonSlots <- struct{}{}
	defer func() { <-argonSlots }()
	return argon2.IDKey([]byte(password), salt, t, m, p, argonKey)
}
