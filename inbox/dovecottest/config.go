package dovecottest

import (
	"fmt"
	"os"
	"os/user"
	"strings"
)

// config is the configuration in the language of the installed version: 2.4
// speaks another than 2.3 (https://doc.dovecot.org/latest/installation/upgrade/2.3-to-2.4.html).
func (s *Server) config() string {
	if strings.HasPrefix(s.version, "2.4") || strings.HasPrefix(s.version, "2.5") {
		return s.config24()
	}
	return s.config23()
}

func (s *Server) config23() string {
	tls := "ssl = no\n"
	if s.tls {
		tls = fmt.Sprintf("ssl = yes\nssl_cert = <%s\nssl_key = <%s\n", s.certFile(), s.keyFile())
	}
	return fmt.Sprintf(`protocols = imap lmtp
disable_plaintext_auth = no
mail_location = maildir:%[1]s/%%u/Maildir
first_valid_uid = 1
first_valid_gid = 1
passdb {
  driver = static
  args = password=%[2]s
}
userdb {
  driver = static
  args = uid=%[3]d gid=%[4]d home=%[1]s/%%u allow_all_users=yes
}
`, s.mail(), s.Password, s.uid, s.gid) + tls + s.shared()
}

func (s *Server) config24() string {
	tls := "ssl = no\n"
	if s.tls {
		tls = fmt.Sprintf("ssl = yes\nssl_server_cert_file = %s\nssl_server_key_file = %s\n", s.certFile(), s.keyFile())
	}
	return fmt.Sprintf(`dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
protocols {
  imap = yes
  lmtp = yes
}
auth_allow_cleartext = yes
mail_driver = maildir
mailbox_list_layout = maildir++
mail_path = %[1]s/%%{user}/Maildir
mail_home = %[1]s/%%{user}
first_valid_uid = 1
first_valid_gid = 1
passdb static {
  passdb_static_password = %[2]s
}
userdb static {
  userdb_fields {
    uid = %[3]d
    gid = %[4]d
    home = %[1]s/%%{user}
  }
  userdb_static_allow_all_users = yes
}
`, s.mail(), s.Password, s.uid, s.gid) + tls + s.shared()
}

// shared is what both versions read alike. Nobody counts the connections of a
// user: Dovecot's counter does not always learn that a process was killed, and
// then refuses the user (NO [LIMIT]) until the server is started again.
func (s *Server) shared() string {
	conf := fmt.Sprintf(`base_dir = %[1]s/run
log_path = %[1]s/dovecot.log
listen = 127.0.0.1
recipient_delimiter = +
mail_max_userip_connections = 0
service imap-login {
  chroot =
  inet_listener imap {
    port = %[2]d
  }
  inet_listener imaps {
    port = %[3]d
  }
}
service lmtp {
  inet_listener lmtp {
    port = %[4]d
  }
}
service anvil {
  chroot =
}
service stats {
  chroot =
}
namespace inbox {
  inbox = yes
  separator = /
  mailbox Sent {
    special_use = \Sent
  }
}
`, s.dir, s.imap, s.tlsPort(), s.lmtp)
	if os.Getuid() != 0 {
		conf += ownUser()
	}
	return conf
}

// tlsPort is 0, no listener, without a certificate.
func (s *Server) tlsPort() int {
	if !s.tls {
		return 0
	}
	return s.imaps
}

// ownUser lets Dovecot run without root: every process as the user at hand.
func ownUser() string {
	name, group := fmt.Sprint(os.Getuid()), fmt.Sprint(os.Getgid())
	if u, err := user.Current(); err == nil {
		name = u.Username
		if g, err := user.LookupGroupId(u.Gid); err == nil {
			group = g.Name
		}
	}
	return fmt.Sprintf("default_internal_user = %[1]s\ndefault_internal_group = %[2]s\ndefault_login_user = %[1]s\n", name, group)
}
