package consult

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Roles of people, as the contract names them.
var Roles = []string{"coder", "lead", "admin", "auditor"}

// A Person is somebody who may sign in. Email is lower case and unique.
type Person struct {
	ID         int64
	Email      string
	Name       string
	Credential string // "CPC", printed under the reply; may be empty
	Role       string
	Disabled   bool

	PasswordSetAt time.Time // sessions from before it have ended
}

// MayDecide reports whether p may claim, edit and decide cases. An auditor reads.
func (p Person) MayDecide() bool { return !p.Disabled && p.Role != "auditor" }

const personColumns = `id, email, name, credential, role, disabled_at is not null, password_set_at`

// AddPerson stores p with a password. actor is who did it, for the audit. A
// taken email, an unknown role or a weak password is an error that says so.
func AddPerson(ctx context.Context, tx pgx.Tx, p Person, password, actor string, now time.Time) (Person, error) {
	p.Email = strings.ToLower(strings.TrimSpace(p.Email))
	if err := checkPerson(p); err != nil {
		return Person{}, err
	}
	hash, err := HashPassword(password)
	if err != nil {
		return Person{}, err
	}
	err = tx.QueryRow(ctx, `-- name: AddPerson
		insert into people (email, name, credential, role, password_hash, created_at, password_set_at)
		values ($1, $2, $3, $4, $5, $6, $6) returning id`,
		p.Email, p.Name, p.Credential, p.Role, hash, now).Scan(&p.ID)
	var pgErr *pgconn.PgError
	if errors.As(err, &pgErr) && pgErr.Code == "23505" {
		return Person{}, fmt.Errorf("a person with the email %s is there already", p.Email)
	}
	if err != nil {
		return Person{}, fmt.Errorf("add person: %w", err)
	}
	p.PasswordSetAt = now
	return p, Audit(ctx, tx, 0, now, actor, "person added", fmt.Sprintf("person %d role %s", p.ID, p.Role))
}

func checkPerson(p Person) error {
	switch {
	case !strings.Contains(p.Email, "@"):
		return fmt.Errorf("%q is no email address", p.Email)
	case strings.TrimSpace(p.Name) == "":
		return errors.New("a person needs a name: it stands under the replies")
	case !slices.Contains(Roles, p.Role):
		return fmt.Errorf("unknown role %q: one of %s", p.Role, strings.Join(Roles, ", "))
	}
	return nil
}

// PersonByID returns a person, or ErrNotFound.
func PersonByID(ctx context.Context, tx pgx.Tx, id int64) (Person, error) {
	rows, err := tx.Query(ctx, `-- name: PersonByID
		select `+personColumns+` from people where id = $1`, id)
	if err != nil {
		return Person{}, err
	}
	return onePerson(rows)
}

// Credentials returns the person with that email and the stored password hash,
// or ErrNotFound. Check the password with VerifyPassword, outside a transaction.
func Credentials(ctx context.Context, tx pgx.Tx, email string) (Person, string, error) {
	var p Person
	var hash string
	err := tx.QueryRow(ctx, `-- name: Credentials
		select `+personColumns+`, password_hash from people where email = $1`,
		strings.ToLower(strings.TrimSpace(email))).
		Scan(&p.ID, &p.Email, &p.Name, &p.Credential, &p.Role, &p.Disabled, &p.PasswordSetAt, &hash)
	if errors.Is(err, pgx.ErrNoRows) {
		return Person{}, "", ErrNotFound
	}
	return p, hash, err
}

// People returns everybody, by email.
func People(ctx context.Context, tx pgx.Tx) ([]Person, error) {
	rows, err := tx.Query(ctx, `-- name: People
		select `+personColumns+` from people order by email`)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[Person])
}

// DisablePerson keeps a person from signing in. The last administrator cannot
// be disabled.
func DisablePerson(ctx context.Context, tx pgx.Tx, email, actor string, now time.Time) error {
	p, _, err := Credentials(ctx, tx, email)
	if err != nil {
		return fmt.Errorf("person %s: %w", email, err)
	}
	if _, err := tx.Exec(ctx, `select 1 from people where role = 'admin' for update`); err != nil {
		return err
	}
	var others int
	err = tx.QueryRow(ctx, `-- name: OtherAdmins
		select count(*) from people where role = 'admin' and disabled_at is null and id <> $1`, p.ID).Scan(&others)
	if err != nil {
		return err
	}
	if p.Role == "admin" && others == 0 {
		return errors.New("the last administrator cannot be disabled: add another one first (user add --role admin)")
	}
	_, err = tx.Exec(ctx, `-- name: DisablePerson
		update people set disabled_at = coalesce(disabled_at, $2) where id = $1`, p.ID, now)
	if err != nil {
		return err
	}
	return Audit(ctx, tx, 0, now, actor, "person disabled", fmt.Sprintf("person %d", p.ID))
}

// SetPassword replaces a person's password.
func SetPassword(ctx context.Context, tx pgx.Tx, email, password, actor string, now time.Time) error {
	hash, err := HashPassword(password)
	if err != nil {
		return err
	}
	var id int64
	err = tx.QueryRow(ctx, `-- name: SetPassword
		update people set password_hash = $2, password_set_at = $3 where email = $1 returning id`,
		strings.ToLower(strings.TrimSpace(email)), hash, now).Scan(&id)
	if errors.Is(err, pgx.ErrNoRows) {
		return fmt.Errorf("person %s: %w", email, ErrNotFound)
	}
	if err != nil {
		return err
	}
	return Audit(ctx, tx, 0, now, actor, "password set", fmt.Sprintf("person %d", id))
}

func onePerson(rows pgx.Rows) (Person, error) {
	p, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[Person])
	if errors.Is(err, pgx.ErrNoRows) {
		return Person{}, ErrNotFound
	}
	return p, err
}
