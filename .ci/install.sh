#!/usr/bin/env bash
# Installs from Debian's or Ubuntu's packages what is missing, and nothing else:
#   .ci/install.sh demo    the Postgres server's programs
#   .ci/install.sh test    those, Dovecot, Postfix (for smtp-sink), Chromium, swaks, curl
# Where all is there apt is not asked. No service is started or enabled: the
# product and its tests start private servers of their own.
set -euo pipefail

PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin # Debian keeps dovecot and smtp-sink out of a user's PATH
apt_options=(-qq -y --no-install-recommends -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0)

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }

die() {
	say "$@"
	exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

have_postgres() {
	local dir
	for dir in /usr/lib/postgresql/*/bin; do
		if [[ -x $dir/postgres && -x $dir/initdb ]]; then return 0; fi
	done
	have postgres && have initdb
}

have_browser() {
	have chromium || have google-chrome || have google-chrome-stable || have chrome
}

# missing prints the packages that the given purpose lacks, one a line.
missing() {
	have_postgres || echo postgresql
	[[ $1 == test ]] || return 0
	[[ -x /usr/lib/dovecot/imap ]] && have dovecot || echo dovecot-imapd
	[[ -x /usr/lib/dovecot/lmtp ]] || echo dovecot-lmtpd
	have smtp-sink || echo postfix
	have_browser || echo chromium
	have swaks || echo swaks
	have curl || echo curl
}

as_root() {
	if ((EUID == 0)); then "$@"; else sudo "$@"; fi
}

apt_get() {
	as_root env DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 apt-get "$@"
}

# hold_services keeps dpkg from starting what it unpacks (invoke-rc.d asks
# policy-rc.d; containers often have one that says no already).
hold_services() {
	local policy=/usr/sbin/policy-rc.d
	[[ -e $policy ]] && return
	trap 'as_root rm -f /usr/sbin/policy-rc.d' EXIT
	printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
	as_root chmod 755 "$policy"
}

# disable keeps a fresh service from starting with the machine's next boot.
disable() {
	if [[ -d /run/systemd/system ]]; then as_root systemctl disable --quiet "$@" || say "could not disable $*"; fi
}

# Debian's postgresql makes and starts a cluster "main" unless told not to.
install_postgres() {
	local conf=/etc/postgresql-common/createcluster.conf
	apt_get install "${apt_options[@]}" postgresql-common
	as_root sed -ri 's/^#?[[:space:]]*create_main_cluster\b.*/create_main_cluster = false/' "$conf"
	grep -q '^create_main_cluster = false' "$conf" || echo 'create_main_cluster = false' | as_root tee -a "$conf" >/dev/null
	apt_get install "${apt_options[@]}" postgresql
	disable postgresql
}

install_postfix() {
	echo 'postfix postfix/main_mailer_type select No configuration' | as_root debconf-set-selections
	apt_get install "${apt_options[@]}" postfix
	disable postfix
}

# On Ubuntu the package chromium is an empty one that asks for a snap, which a
# container cannot run.
install_chromium() {
	if grep -q '^ID=ubuntu' /etc/os-release; then
		say "Ubuntu's chromium is a snap: install google-chrome-stable for the browser tests"
		return
	fi
	apt_get install "${apt_options[@]}" chromium
}

install() {
	case $1 in
	postgresql) install_postgres ;;
	postfix) install_postfix ;;
	chromium) install_chromium ;;
	dovecot-*)
		apt_get install "${apt_options[@]}" "$1"
		disable dovecot
		;;
	*) apt_get install "${apt_options[@]}" "$1" ;;
	esac
}

main() {
	local purpose=${1:-test} packages package
	[[ $purpose == demo || $purpose == test ]] || die "usage: .ci/install.sh [demo|test]"
	have go || die "no go command: install Go from https://go.dev/dl/ (go.mod says which version)"
	mapfile -t packages < <(missing "$purpose")
	((${#packages[@]} > 0)) || return 0
	have apt-get || die "missing: ${packages[*]}; this machine has no apt-get, install what these Debian packages hold"
	((EUID == 0)) || have sudo || die "missing: ${packages[*]}; run as root: apt-get install ${packages[*]}"
	say "installing ${packages[*]}"
	apt_get update -qq || say "apt-get update failed, trying with the package lists at hand"
	hold_services
	for package in "${packages[@]}"; do install "$package"; done
	mapfile -t packages < <(missing "$purpose")
	((${#packages[@]} == 0)) || say "still missing: ${packages[*]}"
}

main "$@"
