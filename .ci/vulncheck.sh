#!/usr/bin/env bash
# Runs govulncheck. A vulnerability that the code reaches fails; a database that
# cannot be reached is said in one line and passes.
set -uo pipefail

output=$(go tool govulncheck ./... 2>&1)
status=$?
if ((status != 0)) && grep -q 'fetching vulnerabilities:.*\(dial tcp\|no such host\|timeout\|proxyconnect\|connection re\|TLS\|: 40[37]\|: 5..\)' <<<"$output"; then
	echo 'govulncheck: the vulnerability database cannot be reached from here: not checked' >&2
	exit 0
fi
printf '%s\n' "$output"
exit "$status"
